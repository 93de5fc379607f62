"""Steps of the roster's ingest: rows that break the contract, and the rows of the ingested store (contracts.md).

The engine provides the view `source`: row (1-based data row) and the roster's columns as VARCHAR, NULL where the file
lacks one; birth_date_day is the day birth_date states, and `…_day` of a month is filled where the file holds dates.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from anling.matching import normalise as n
from anling.matching.rejections import NUMBER_AS_NAME, ROSTER_REASONS, ROUNDED, sentence
from anling.matching.tied_text import numbered, tied
from anling.matching.words import chosen, text

REGION = "[0-9]{6}|[0-9]{9}|[0-9]{12}"
MONTHS = ("application_month", "approval_month", "benefit_start", "last_pass_month")
CODED = ("id_type", "sex", "scheme", "pay_status", "suspend_reason")
KEPT_RAW = ("suspend_reason",)
"""Offices have reasons of their own, and no list depends on them: what is not known is kept as it is written."""

REQUIRED = ("person_no", "id_number", "name", "scheme", "region", "pay_status")

_CHECKED_TYPES = "('01', '17', '07')"
_AMOUNT = r"[0-9]{1,10}([.][0-9]{1,2}0*)?"


@dataclass(frozen=True, slots=True)
class RosterRules:
    """What decides how a roster is ingested.

    words: coded column → raw text of the file → our word. nul_in: columns in which the file may hold NUL characters.
    """

    words: Mapping[str, Mapping[str, str]]
    nul_in: frozenset[str] = frozenset()


def examined(rules: RosterRules) -> str:
    """Every row with its words, months and birth date read (`…_is`) and reason (NULL: accepted)."""
    words = [
        f"{chosen(column, {r: text(w) for r, w in rules.words[column].items()})} AS {column}_is" for column in CODED
    ]
    months = [f"{_month(column)} AS {column}_is" for column in MONTHS]
    read = f"SELECT *, {', '.join([*words, *months])}, birth_date_day AS birth_date_is FROM source"
    parts = "concat_ws('-', nullif(trim(agency), ''), nullif(trim(person_no), ''), scheme_is)"
    named = f"SELECT *, coalesce(nullif(trim(benefit_no), ''), {parts}) AS benefit_no_is FROM ({read})"
    return f"SELECT *, {_reason(rules)} AS reason FROM ({named})"


def work(rules: RosterRules) -> str:
    """Every row, narrow: its reason, months and benefit number, and what its number and its name come to.

    told_apart: what tells persons of one key apart beside person_no; NULL where the key itself says the whole number.
    """
    typed = f"SELECT * EXCLUDE (id_type_is), coalesce(id_type_is, '01') AS id_type_is FROM ({examined(rules)})"
    status = (
        f"CASE WHEN odd_text IS NULL AND id_type_is IN {_CHECKED_TYPES} THEN 'valid'"
        " ELSE typed_status(id_number, id_type_is) END"
    )
    known = f"SELECT *, {status} AS id_status FROM ({tied(numbered(typed))})"
    keyed = f"SELECT * EXCLUDE (key), CASE WHEN id_status <> 'invalid' THEN key END AS key FROM ({known})"
    months = ", ".join(f"{column}_is AS {column}" for column in MONTHS)
    return (
        "SELECT row, reason, benefit_no_is AS benefit_no, trim(person_no) AS person_no, key, odd_text, odd_name,"
        f" name_h, id_status, {months}, pay_status_is <> 'ended' AS compared,"
        f" CASE WHEN key > 0 THEN NULL ELSE coalesce(odd_text, id_number) END AS told_apart FROM ({keyed})"
    )


def counted() -> str:
    """Rows by reason."""
    return "SELECT reason, count(*) FROM work GROUP BY reason"


def rejected(rules: RosterRules) -> str:
    """The rows that break the contract: row, row_id (the benefit's number), column, reason, message."""
    reasons = ROSTER_REASONS.values()
    column = chosen("reason", {reason.code: text(reason.column) for reason in reasons})
    message = chosen("reason", {reason.code: sentence(reason, "") for reason in reasons})
    return (
        f'SELECT row, benefit_no_is AS row_id, {column} AS "column", reason, {message} AS message'
        f" FROM ({examined(rules)}) WHERE reason IS NOT NULL"
    )


def repeated() -> str:
    """All but the first row of each benefit number that comes more than once."""
    reason = ROSTER_REASONS["benefit_no_repeated"]
    return (
        f'SELECT row, benefit_no AS row_id, {text(reason.column)} AS "column", {text(reason.code)} AS reason,'
        f" {sentence(reason, '')} AS message FROM work WHERE benefit_no IS NOT NULL"
        " QUALIFY row_number() OVER (PARTITION BY benefit_no ORDER BY row) > 1"
    )


def crowd(kept: str) -> str:
    """The few accepted rows whose number is not theirs alone, or has no key: their place and part among those.

    nth: place under the key, by person_no, number, benefit_no, row. opens: the person's first row. A person is a
    person_no with one number. compared: paying or suspended; first_row and only_row: the first, or only, compared row
    of its person by benefit_no. number_shared: another person_no has a compared row with the same number.
    """
    again = f"SELECT key FROM ({kept}) GROUP BY key HAVING count(*) > 1"
    some = f"SELECT * FROM ({kept}) WHERE key IS NULL OR key IN ({again})"
    numbered = (
        "SELECT *, dense_rank() OVER (PARTITION BY key ORDER BY person_no, told_apart) AS person,"
        " row_number() OVER (PARTITION BY key ORDER BY person_no, told_apart, benefit_no, row) AS nth"
        f" FROM ({some})"
    )
    person = "PARTITION BY key, person, compared"
    number = "PARTITION BY key, compared"
    return (
        "SELECT row, nth, nth = min(nth) OVER (PARTITION BY key, person) AS opens,"
        f" compared AND nth = min(nth) OVER ({person}) AS first_row,"
        f" compared AND count(*) OVER ({person}) = 1 AS only_row,"
        f" compared AND key IS NOT NULL AND min(person) OVER ({number}) <> max(person) OVER ({number}) AS number_shared"
        f" FROM ({numbered})"
    )


def placed(kept: str) -> str:
    """Every accepted row: nth, person_seq (persons numbered densely in the order of the file) and the flags of `crowd`.

    `crowd` is a table by now: what the matching would else have to find out by grouping millions of texts.
    """
    alone = ", ".join(f"coalesce({flag}, compared) AS {flag}" for flag in ("first_row", "only_row"))
    joined = (
        f"SELECT row, key, coalesce(nth, 1) AS nth, coalesce(opens, true)::INTEGER AS opens, {alone},"
        f" coalesce(number_shared, false) AS number_shared FROM ({kept}) LEFT JOIN crowd USING (row)"
    )
    order = "ORDER BY key NULLS LAST, nth ROWS UNBOUNDED PRECEDING"
    return (
        f"SELECT row, nth, (sum(opens) OVER ({order}))::INTEGER AS person_seq, first_row, only_row, number_shared"
        f" FROM ({joined})"
    )


def roster(rules: RosterRules) -> str:
    """roster.parquet: sorted by key, person_no, benefit_no; numbers that fail their check have no key and come last.

    `placed` is a table by now.
    """
    read = f"SELECT row, {', '.join(_carried(rules))} FROM source"
    birth = "((key // 11 // 1000) % 100000000)"
    from_number = f"make_date(({birth} // 10000)::INTEGER, (({birth} // 100) % 100)::INTEGER, ({birth} % 100)::INTEGER)"
    born = f"coalesce(birth_date_day, CASE WHEN id_status = 'valid' THEN {from_number} END) AS birth_date"
    return (
        "SELECT row AS row_no, benefit_no, work.person_no, id_type, id_number AS id_raw,"
        " coalesce(odd_text, id_number) AS id_text, id_status, key, name, coalesce(odd_name, name) AS name_key,"
        f" name_h, sex, {born}, scheme, region, left(region, 4) AS city, residence_region, agency, unit,"
        f" {', '.join(MONTHS)}, pay_status, suspend_reason, monthly_amount, phone, address,"
        " compared, person_seq, first_row, only_row, number_shared"
        f" FROM ({read}) AS file JOIN work USING (row) JOIN placed USING (row) ORDER BY key NULLS LAST, nth"
    )


def _carried(rules: RosterRules) -> list[str]:
    """The columns of the file that are stored, as they are stored; of rows not accepted they may be unreadable."""
    word = {column: chosen(column, {r: text(w) for r, w in rules.words[column].items()}) for column in CODED}
    return [
        f"coalesce({word['id_type']}, '01') AS id_type",
        "id_number",
        "name",
        f"({word['sex']})::UTINYINT AS sex",
        "birth_date_day",
        f"{word['scheme']} AS scheme",
        "trim(region) AS region",
        "nullif(trim(residence_region), '') AS residence_region",
        "agency",
        "unit",
        f"{word['pay_status']} AS pay_status",
        f"coalesce({word['suspend_reason']}, nullif(trim(suspend_reason), '')) AS suspend_reason",
        "TRY_CAST(trim(monthly_amount) AS DECIMAL(12, 2)) AS monthly_amount",
        "phone",
        "address",
    ]


def _reason(rules: RosterRules) -> str:
    required = {f"{column}_missing": _empty(column) for column in REQUIRED}
    words = {
        f"{column}_unknown": f"{column}_is IS NULL AND NOT ({_empty(column)})"
        for column in CODED
        if column not in KEPT_RAW
    }
    months = {f"{column}_unreadable": f"{column}_is IS NULL AND NOT ({_empty(column)})" for column in MONTHS}
    nul = " OR ".join(f"contains({column}, chr(0))" for column in sorted(rules.nul_in)) or "false"
    conditions = {
        **required,
        **words,
        "region_malformed": f"NOT regexp_full_match(trim(region), '{REGION}')",
        "residence_malformed": f"NOT regexp_full_match(trim(residence_region), '|{REGION}')",
        "birth_date_unreadable": f"birth_date_is IS NULL AND NOT ({_empty('birth_date')})",
        **months,
        "monthly_amount_unreadable": f"NOT regexp_full_match(trim(monthly_amount), '|{_AMOUNT}')",
        "id_number_rounded": ROUNDED,
        "name_is_number": NUMBER_AS_NAME,
        "nul": nul,
    }
    return "CASE " + " ".join(f"WHEN {condition} THEN {text(code)}" for code, condition in conditions.items()) + " END"


def _month(column: str) -> str:
    native = f"(year({column}_day) * 12 + month({column}_day) - 1)::INTEGER"
    return f"CASE WHEN {column}_day IS NOT NULL THEN {native} ELSE {n.month(column)} END"


def _empty(column: str) -> str:
    return f"{column} IS NULL OR trim({column}) = ''"
