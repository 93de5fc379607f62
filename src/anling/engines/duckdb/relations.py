"""What the steps are given on DuckDB: views over the ingested store, the policy's small tables, the dialect."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache

from anling.engines.duckdb.session import Session, literal
from anling.engines.results.row_ids import POS_BITS
from anling.matching.inputs import BatchFiles, Inputs
from anling.matching.normalise.names import name_hash
from anling.rules.names import PersonName, agreement, has_wildcard, match_key, simplified

_EPOCH = "DATE '1970-01-01'"
_DIALECT = (
    f"month_start(m) AS (make_date((m // 12)::INTEGER, (m % 12 + 1)::INTEGER, 1) - {_EPOCH})::INTEGER",
    f"year_later(d) AS (({_EPOCH} + d::INTEGER + INTERVAL 12 MONTH)::DATE - {_EPOCH})::INTEGER",
    "mark_of_day(d) AS (d * 256)::INTEGER",
    "mark_day(m) AS ((m - (m & 255)) // 256)",
    "mark_kind(m) AS ((m >> 2) & 63)",
    f"record_at(b, p) AS (b::BIGINT << {POS_BITS} | p)",
    "mark_day_kind(m) AS ((m - (m & 3)) // 4)",
    "day_kind(d, k) AS (d * 64 + k)::INTEGER",
    "day_of_day_kind(x) AS ((x - (x & 63)) // 64)",
    "mark_grade(m) AS (m & 3)",
    "kind_bit(k) AS (1::BIGINT << k::INTEGER)",
    "one_slip(a, b) AS (length(a) = length(b) AND damerau_levenshtein(a, b) = 1)",
    "simplified_hash(name) AS simplified_hash_of(coalesce(name, ''))",
    "has_wildcard(name) AS (has_wildcard_in(coalesce(name, '')) = 'yes')",
    "name_agreement(a, b) AS agreement_of(coalesce(a, ''), coalesce(b, ''))",
)
_EMPTY = {
    "life.parquet": """SELECT 0::BIGINT AS key, 0::BIGINT AS name_h, 0 AS mark, '' AS code, '' AS row_id, '' AS name""",
    "loss.parquet": """SELECT 0::BIGINT AS key, 0::BIGINT AS name_h, '' AS sign, '' AS grade, '' AS row_id, '' AS name,
        '' AS id_status, '' AS id_text, 0 AS day, 0 AS end_day, NULL::DATE AS birth_date, 0::UTINYINT AS sex""",
    "odd_names.parquet": "SELECT 0::BIGINT AS name_h, '' AS name",
    "other.parquet": "SELECT 0::BIGINT AS key, 0::BIGINT AS name_h, 0 AS day, '' AS sign, '' AS code, '' AS name",
}
"""The columns that the steps read, for a run without any batch."""

_ROSTER = """
CREATE VIEW roster AS
SELECT
  file_row_number AS pos, benefit_no, person_no, scheme, region, person_seq, first_row, only_row, number_shared, key,
  id_status, coalesce(odd_id, id_raw) AS id_text, name, name_h,
  last_pass_month, application_month, approval_month, benefit_start,
  (birth_date - DATE '1970-01-01')::INTEGER AS birth_day, nullif(sex, 9) AS sex
FROM read_parquet({file}, file_row_number = true)
WHERE compared
"""
_PERSON = "CREATE VIEW person AS SELECT * FROM roster WHERE first_row AND key IS NOT NULL"
_LOSS_COLUMNS = "(birth_date - DATE '1970-01-01')::INTEGER AS birth_day, * EXCLUDE (sex), nullif(sex, 9) AS sex"


def bring(session: Session, inputs: Inputs) -> None:
    """Create every relation and function that the steps expect (matching.steps.GIVEN and DIALECT)."""
    session.text_function("agreement_of", _agreement, 2, "VARCHAR")
    session.text_function("simplified_hash_of", lambda name: name_hash(simplified(match_key(name))), 1, "BIGINT")
    session.text_function(
        "has_wildcard_in", lambda name: "yes" if has_wildcard(match_key(name)) else "no", 1, "VARCHAR"
    )
    for macro in _DIALECT:
        session.execute(f"CREATE MACRO {macro}")
    session.execute(_ROSTER.format(file=literal(inputs.roster)))
    session.execute(_PERSON)
    _small_tables(session, inputs)
    _signs(session, "life", inputs.batches, "life.parquet")
    _signs(session, "loss", inputs.batches, "loss.parquet", columns=_LOSS_COLUMNS)
    _signs(session, "odd_name_of_batch", inputs.batches, "odd_names.parquet")
    session.execute(
        "CREATE TEMP TABLE odd_name AS SELECT name_h, min(name) AS name FROM odd_name_of_batch GROUP BY name_h"
    )
    _signs(session, "other_sign", inputs.batches, "other.parquet")
    _life_with_codes(session, inputs, "border_entry", (("police_border", "entry"),))
    _life_with_codes(session, inputs, "no_raise", inputs.no_raise_codes)


def _small_tables(session: Session, inputs: Inputs) -> None:
    batches = [(place, each.feed, each.batch, each.department) for place, each in enumerate(inputs.batches)]
    _table(session, "batch", "batch_no INTEGER, feed VARCHAR, batch VARCHAR, department VARCHAR", batches)
    clock = "scheme VARCHAR, region_prefix VARCHAR, first_base VARCHAR"
    _table(session, "clock_rule", clock, inputs.clock_rules)
    kinds = [(kind, 1 << kind) for kind in inputs.weak_kinds]
    _table(session, "weak_kind", "kind UTINYINT, kind_bit BIGINT", kinds)


def _table(session: Session, name: str, columns: str, rows: Iterable[tuple[str | int, ...]]) -> None:
    session.execute(f"CREATE TEMP TABLE {name} ({columns})")
    values = ", ".join(f"({', '.join(_value(value) for value in row)})" for row in rows)
    if values:
        session.execute(f"INSERT INTO {name} VALUES {values}")


def _value(value: str | int) -> str:
    return str(value) if isinstance(value, int) else literal(value)


def _signs(session: Session, name: str, batches: Iterable[BatchFiles], file: str, *, columns: str = "*") -> None:
    """A view over one file of many batches; `batch_no` is the batch's number, `pos` its place in the batch's store."""
    found = {number: path for number, each in enumerate(batches) if (path := each.file(file))}
    files = ", ".join(map(literal, found.values()))
    rows = f"FROM read_parquet([{files}])" if files else f"FROM ({_EMPTY[file]}) WHERE false"
    batch_no = "file_index" if list(found) == list(range(len(found))) else f"{list(found)}[(file_index + 1)::BIGINT]"
    places = f"{batch_no}::INTEGER AS batch_no, file_row_number AS pos" if files else "0 AS batch_no, 0::BIGINT AS pos"
    session.execute(f"CREATE VIEW {name} AS SELECT {columns} FROM (SELECT *, {places} {rows})")


def _life_with_codes(session: Session, inputs: Inputs, name: str, codes: Iterable[tuple[str, str]]) -> None:
    """The life signs of a few feeds and codes, read from those feeds' files alone."""
    codes = tuple(codes)
    batches = inputs.of_feeds(frozenset(feed for feed, _ in codes))
    _signs(session, f"{name}_feed", batches, "life.parquet")
    wanted = ", ".join(literal(code) for _, code in codes) or "''"
    columns = "key, name_h, name, mark_day(mark) AS day"
    session.execute(f"CREATE VIEW {name} AS SELECT {columns} FROM {name}_feed WHERE code IN ({wanted})")


@lru_cache(1 << 16)
def _agreement(a: str, b: str) -> str:
    return agreement(PersonName.read(a), PersonName.read(b)).value
