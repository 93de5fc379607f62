"""Steps of a feed's ingest: rows that break the contract, and the rows of the ingested store (contracts.md, feeds).

The engine provides the view `source` of one or several batches of a feed: batch (its number), delivered (its day of
delivery), row (1-based data row of its file) and the feed's columns as VARCHAR, NULL where the file lacks one; beside
every date stands `…_day`, the day it states, and the text is NULL where the file holds real dates. It then makes `work`
from `source` by the step of that name, which reads every value once; the other steps pick from it what they store.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from anling.matching import normalise as n
from anling.matching.parameters import mark
from anling.matching.rejections import FEED_REASONS, NUMBER_AS_NAME, ROUNDED, sentence
from anling.matching.tied_text import numbered, tied
from anling.matching.words import chosen, text

DATES = ("event_date", "end_date", "birth_date")
REGION = "[0-9]{6}|[0-9]{9}|[0-9]{12}"
_FAILS = "CASE WHEN regexp_full_match(id_raw, '[0-9A-Z]{18}') THEN true ELSE number_status(id_raw) = 'invalid' END"
LOSS_SIGNS = frozenset(("death", "custody", "missing", "double_benefit", "release", "revocation"))


@dataclass(frozen=True, slots=True)
class CodeRow:
    """What ingest needs of one code: its sign and grade, the number of its kind, and which date counts."""

    code: str
    sign: str
    grade: str
    kind: int
    by_end: bool


@dataclass(frozen=True, slots=True)
class FeedRules:
    """What decides how batches of a feed are ingested: the feed's codes, and what the sexes are called.

    present: the columns that a file has. sexes: raw text → 1, 2 or 9. nul_in: columns that may hold NUL characters.
    """

    feed: str
    codes: tuple[CodeRow, ...]
    present: frozenset[str]
    sexes: Mapping[str, str]
    nul_in: frozenset[str] = frozenset()

    def numbers(self, signs: Iterable[str]) -> tuple[int, ...]:
        """The numbers, from 1, of the codes with one of these signs."""
        wanted = frozenset(signs)
        return tuple(number for number, row in enumerate(self.codes, 1) if row.sign in wanted)


def examined(rules: FeedRules) -> str:
    """Every row with code_no (0 unknown), event, ended, born, day (the date that counts), reason (NULL: accepted)."""
    return f"SELECT *, {_reason(rules)} AS reason FROM ({_read(rules)})"


def work(rules: FeedRules) -> str:
    """Every row with its reason, key and names, and as far as a loss record needs them its number, birth and sex."""
    lost = _among("code_no", rules.numbers(LOSS_SIGNS))
    sex = chosen("sex", {raw: f"{word}::UTINYINT" for raw, word in rules.sexes.items()}, otherwise="NULL::UTINYINT")
    ended = "ended" if "end_date" in rules.present else "NULL::DATE AS ended"
    return (
        f"SELECT batch, row, reason, row_id, code_no, day, {ended}, key, name, name_h, odd_name,"
        " CASE WHEN odd_text IS NOT NULL THEN id_number END AS id_raw,"
        f" CASE WHEN {lost} THEN coalesce(odd_text, id_number) END AS id_text,"
        f" CASE WHEN {lost} THEN born END AS born, CASE WHEN {lost} THEN {sex} END AS sex,"
        f" CASE WHEN {lost} THEN region END AS region FROM ({tied(numbered(examined(rules)))})"
    )


def counted(rows: str = "SELECT * FROM work") -> str:
    """Rows by batch, reason, code_no and day; how many of them have no number, and how many one that fails."""
    status = f"CASE WHEN key < 0 THEN {_FAILS} ELSE false END"
    return (
        "SELECT batch, reason, code_no, day, count(*), count(*) - count(key), count(*) FILTER (fails)"
        f" FROM (SELECT batch, reason, code_no, day, key, {status} AS fails FROM ({rows}))"
        " GROUP BY batch, reason, code_no, day"
    )


def rejected(rules: FeedRules, batch: int) -> str:
    """The rows of a batch that break the contract: row, row_id, column, reason, message."""
    reasons = FEED_REASONS.values()
    column = chosen("reason", {reason.code: text(reason.column) for reason in reasons})
    message = chosen("reason", {reason.code: sentence(reason, rules.feed) for reason in reasons})
    return (
        f'SELECT row, row_id, {column} AS "column", reason, {message} AS message'
        f" FROM ({examined(rules)}) WHERE batch = {batch} AND reason IS NOT NULL"
    )


def repeated(batch: int) -> str:
    """All but the first row of each row_id that comes more than once in a batch."""
    reason = FEED_REASONS["row_id_repeated"]
    return (
        f'SELECT row, row_id, {text(reason.column)} AS "column", {text(reason.code)} AS reason,'
        f" {sentence(reason, '')} AS message FROM source WHERE batch = {batch} AND row_id IS NOT NULL"
        " QUALIFY row_number() OVER (PARTITION BY row_id ORDER BY row) > 1"
    )


def accepted(batch: int, *, clean: bool) -> str:
    """The accepted rows of a batch; `clean`: all its rows are, there is no table `rejected`."""
    left = "" if clean else " AND row NOT IN (SELECT row FROM rejected)"
    return f"SELECT * FROM work WHERE batch = {batch}{left}"


def of_signs(rules: FeedRules, rows: str, signs: Iterable[str]) -> str:
    """Those of the accepted rows that have one of these signs."""
    numbers = rules.numbers(signs)
    return (
        rows if len(numbers) == len(rules.codes) > 0 else f"SELECT * FROM ({rows}) WHERE {_among('code_no', numbers)}"
    )


def life(rules: FeedRules, rows: str) -> str:
    """life.parquet from accepted rows, sorted by key. Rows without a number prove nothing and are left out."""
    end = f"{n.days('ended')} AS end_day" if "end_date" in rules.present else "NULL::INTEGER AS end_day"
    day = f"{n.days('day')} AS day"
    picked = (
        f"SELECT row, row_id, name, code_no, {day}, ended, key, name_h, odd_name, id_raw FROM ({rows})"
        " WHERE key IS NOT NULL ORDER BY key, row"
    )
    return (
        f"SELECT key, name_h, {_mark(rules)} AS mark, {_code(rules)} AS code, row_id, name, odd_name, id_raw, {end}"
        f" FROM ({picked})"
    )


def odd_names(rows: str) -> str:
    """odd_names.parquet: the match keys on life signs that are not plain (simplified Han that everybody can read)."""
    return f"SELECT DISTINCT name_h, odd_name AS name FROM ({rows}) WHERE odd_name IS NOT NULL AND key IS NOT NULL"


def loss(rules: FeedRules, rows: str) -> str:
    """loss.parquet from accepted rows, sorted by key, empty numbers last."""
    return (
        f"SELECT key, name_h, {n.days('day')} AS day, {_grade(rules)} AS grade, {_kind(rules)} AS kind,"
        f" {_code(rules)} AS code, row_id, coalesce(name, '') AS name,"
        " CASE WHEN id_text = id_raw THEN NULL ELSE id_raw END AS id_raw,"
        f" {n.days('ended')} AS end_day, id_text,"
        " CASE WHEN key > 0 THEN 'valid' ELSE number_status(coalesce(id_raw, '')) END AS id_status,"
        f" coalesce(odd_name, name) AS name_key, {_sign(rules)} AS sign, born AS birth_date, sex, region"
        f" FROM (SELECT * FROM ({rows}) ORDER BY key, row)"
    )


def other(rules: FeedRules, rows: str) -> str:
    """other.parquet from accepted rows, sorted by key: hints, and records that prove nothing."""
    return (
        f"SELECT key, name_h, {n.days('day')} AS day, {_sign(rules)} AS sign, {_grade(rules)} AS grade,"
        f" {_code(rules)} AS code, row_id, coalesce(name, '') AS name"
        f" FROM (SELECT * FROM ({rows}) ORDER BY key, row)"
    )


def _read(rules: FeedRules) -> str:
    dates = "event_date_day AS event, end_date_day AS ended, birth_date_day AS born"
    read = f"SELECT *, {_code_number(rules.codes)} AS code_no, {dates} FROM source"
    return f"SELECT *, CASE WHEN {_by_end(rules)} THEN ended ELSE event END AS day FROM ({read})"


def _by_end(rules: FeedRules) -> str:
    return _among("code_no", [number for number, row in enumerate(rules.codes, 1) if row.by_end])


def _reason(rules: FeedRules) -> str:
    conditions = {**_needed(), **_dates_in_order(rules), **_optional(rules)}
    tried = {code: condition for code, condition in conditions.items() if _applies(rules, code)}
    return "CASE " + " ".join(f"WHEN {condition} THEN {text(code)}" for code, condition in tried.items()) + " END"


def _needed() -> dict[str, str]:
    return {
        "row_id_missing": _empty("row_id"),
        "code_missing": _empty("code"),
        "code_unknown": "code_no = 0",
        "event_date_missing": f"event IS NULL AND ({_empty('event_date')})",
        "event_date_unreadable": "event IS NULL OR event < DATE '1900-01-01'",
    }


def _dates_in_order(rules: FeedRules) -> dict[str, str]:
    late = "> delivered"
    by_end = _by_end(rules)
    return {
        "event_after_delivery": f"event {late}",
        "end_date_unreadable": f"ended IS NULL AND NOT ({_empty('end_date')})",
        "end_before_event": "ended < event",
        "end_date_missing": f"{by_end} AND ended IS NULL",
        "end_after_delivery": f"{by_end} AND ended {late}",
    }


def _optional(rules: FeedRules) -> dict[str, str]:
    sexes = ", ".join(map(text, rules.sexes)) or "''"
    nul = " OR ".join(f"contains({column}, chr(0))" for column in sorted(rules.nul_in)) or "false"
    return {
        "birth_date_unreadable": f"born IS NULL AND NOT ({_empty('birth_date')})",
        "sex_unknown": f"sex IS NOT NULL AND sex NOT IN ({sexes}) AND trim(sex) <> ''",
        "region_malformed": f"region IS NOT NULL AND NOT regexp_full_match(trim(region), '|{REGION}')",
        "id_number_rounded": ROUNDED,
        "name_is_number": NUMBER_AS_NAME,
        "nul": nul,
    }


_OPTIONAL = ("sex", "region", "birth_date")


def _applies(rules: FeedRules, code: str) -> bool:
    """A column that the file lacks breaks nothing; only what must be there is missed."""
    column = code.rpartition("_")[0]
    return column not in _OPTIONAL or column in rules.present


def _empty(column: str) -> str:
    return f"{column} IS NULL OR ({column} < '!' AND trim({column}) = '')"


def _among(column: str, numbers: Iterable[int]) -> str:
    listed = ", ".join(map(str, numbers))
    return f"{column} IN ({listed})" if listed else "false"


def _code_number(codes: tuple[CodeRow, ...]) -> str:
    numbers = {row.code: f"{number}::UTINYINT" for number, row in enumerate(codes, 1)}
    trimmed = chosen("trim(code)", numbers, otherwise="0::UTINYINT")
    return chosen("code", numbers, otherwise=trimmed)


def _by_code(values: Iterable[str]) -> str:
    return "CASE code_no " + " ".join(f"WHEN {i} THEN {value}" for i, value in enumerate(values, 1)) + " END"


def _code(rules: FeedRules) -> str:
    """The code's text from its number: an ENUM is written for a tenth of the cost of text and read as text."""
    codes = ", ".join(text(row.code) for row in rules.codes)
    return f"([{codes}]::ENUM({codes})[])[code_no]"


def _sign(rules: FeedRules) -> str:
    return _by_code(text(row.sign) for row in rules.codes)


def _grade(rules: FeedRules) -> str:
    return _by_code(text(row.grade) for row in rules.codes)


def _mark(rules: FeedRules) -> str:
    """Day, kind and grade of a life sign as one integer, see `parameters.mark`."""
    rest = (mark(0, row.kind, int(row.grade[1:])) if row.sign == "life" else 0 for row in rules.codes)
    return f"(day * 256 + {_by_code(map(str, rest))})::INTEGER"


def _kind(rules: FeedRules) -> str:
    return _by_code(f"{row.kind}::UTINYINT" for row in rules.codes)
