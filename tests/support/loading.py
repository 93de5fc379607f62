"""A roster file put straight into the tables, row for row: as small as the comparison needs it."""

from pathlib import Path

import pyarrow.parquet as pq
from django.db import connections

from anling.rules.names import match_key
from anling.rules.numbers import IdStatus, read_untyped

_STAGING = """
CREATE TEMP TABLE given (person bigint, benefit_no text, person_no text, id_type text, id_number text, id_valid boolean,
  name text, name_key text, sex smallint, birth_date date, scheme text, region text, residence_region text, agency text,
  unit text, application_month date, approval_month date, benefit_start date, last_pass_month date, pay_status text,
  suspend_reason text)
"""
_PEOPLE = """
INSERT INTO roster_person (id, id_type, id_number, id_valid, name, name_key, pinyin, sex, birth_date)
SELECT DISTINCT ON (person) person, id_type, id_number, id_valid, name, name_key, name_key, sex, birth_date
FROM given ORDER BY person, benefit_no
"""
_SAME = (
    "benefit_no, person_no, agency, scheme, region, residence_region, unit, application_month, approval_month,"
    " benefit_start, last_pass_month, pay_status, suspend_reason"
)
_BENEFITS = f"""
INSERT INTO roster_benefit ({_SAME}, person_id, pinyin, phone, address)
SELECT {_SAME}, person, name_key, '', '' FROM given
"""
_PASSES = """
INSERT INTO passes_pass (person_id, month, at, recorded_at, way, channel, evidence, source, doer, doer_label, place)
SELECT DISTINCT person_id, last_pass_month, last_pass_month::timestamptz, last_pass_month::timestamptz, 'imported', '',
  '[]'::jsonb, 'roster:given', 'machine:test', 'test', '' FROM roster_benefit WHERE last_pass_month IS NOT NULL;
INSERT INTO passes_cover (made_id, benefit_id, region, month, recorded_at, way)
SELECT p.id, b.id, b.region, p.month, p.recorded_at, p.way
FROM roster_benefit b JOIN passes_pass p ON p.person_id = b.person_id AND p.month = b.last_pass_month
"""
_COLUMNS = (
    "benefit_no", "person_no", "id_type", "id_number", "name", "sex", "birth_date", "scheme", "region",
    "residence_region", "agency", "unit", "application_month", "approval_month", "benefit_start", "last_pass_month",
    "pay_status", "suspend_reason",
)  # fmt: skip
_MONTHS = ("application_month", "approval_month", "benefit_start", "last_pass_month")


def load_roster(file: Path) -> int:
    """Insert every row of a roster in Parquet as the owner; rows with one number and name are one human."""
    rows = [_plain(row) for row in pq.read_table(file).to_pylist()]
    people: dict[tuple[str, str], int] = {}
    with connections["owner"].cursor() as cursor:
        cursor.execute(_STAGING)
        with cursor.copy("COPY given FROM STDIN") as copy:
            for row in rows:
                person = people.setdefault((row["id_number"] or "", row["name"] or ""), len(people) + 1)
                copy.write_row(_given(person, row))
        cursor.execute(_PEOPLE)
        cursor.execute(_BENEFITS)
        cursor.execute(_PASSES)
        cursor.execute("SELECT setval(pg_get_serial_sequence('roster_person', 'id'), %s)", [len(people)])
        cursor.execute("DROP TABLE given")
        cursor.execute("ANALYZE roster_person, roster_benefit")
    return len(rows)


def _plain(row: dict[str, object]) -> dict[str, str | None]:
    values = {name: row.get(name) for name in _COLUMNS}
    return {name: None if value in (None, "") else str(value) for name, value in values.items()}


def _given(person: int, row: dict[str, str | None]) -> tuple[object, ...]:
    number, name = row["id_number"] or "", row["name"] or ""
    months = {each: f"{row[each]}-01" if row[each] else None for each in _MONTHS}
    benefit_no = row["benefit_no"] or f"{row['agency'] or ''}{row['person_no']}{row['scheme']}"
    texts = {each: row[each] or "" for each in ("residence_region", "agency", "unit", "suspend_reason")}
    whole = {**row, **months, **texts}
    return (
        person, benefit_no, row["person_no"], row["id_type"] or "01", number,
        read_untyped(number).status is IdStatus.VALID, name, match_key(name), row["sex"] or "9",
        *(whole[each] for each in _COLUMNS[6:]),
    )  # fmt: skip
