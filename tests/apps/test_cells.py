"""What a cell shows in Python, in PostgreSQL and in DuckDB is the same, and hides the same (engines.cells)."""

import duckdb
import pytest
from django.db import connection

from anling.engines.cells import bare, guarded, guarded_sql, masked_sql, shown_sql
from anling.rules.numbers import masked, shown
from tests.support.rosters import number

NUMBER, OLD = number(1), "440104500101001"
TEXTS = (
    "",
    "x",
    "P1",
    "P0001",
    "E12345678",
    NUMBER,
    OLD,
    "=1+1",
    "+1",
    "-1",
    "@a",
    "\ta",
    "\ra",
    "'a",
    "''",
    "陈小明",
    "A=1",
)
CODES = {
    NUMBER: "4401**********" + NUMBER[-4:],
    f"A-{NUMBER}-resident": f"A-4401**********{NUMBER[-4:]}-resident",
    f"440104{NUMBER}": f"440104{masked(NUMBER)}",
    f"{NUMBER[:-1]}x": f"4401**********{NUMBER[-4:-1]}x",
    OLD: "4401*******1001",
    f"R{OLD}": "R4401*******1001",
    "440104A-P0001-resident": "440104A-P0001-resident",
    "100000000000000123": "100000000000000123",  # eighteen digits without a date of birth in their place
    "123456789012345": "123456789012345",
    f"{OLD}123": f"{OLD}123",  # a longer number is another
    "": "",
}


def _postgres(sql: str, text: str) -> str:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {sql} FROM (SELECT %s::text AS x) AS t", [text])
        return str(cursor.fetchone()[0])


def _duckdb(sql: str, text: str) -> str:
    found = duckdb.execute(f"SELECT {sql} FROM (SELECT ?::VARCHAR AS x) AS t", [text]).fetchone()
    assert found is not None
    return str(found[0])


@pytest.mark.usefixtures("db")
@pytest.mark.parametrize("text", TEXTS)
def test_guards_and_masks_agree_in_every_engine(text: str) -> None:
    for ask in (_postgres, _duckdb):
        assert ask(guarded_sql("x"), text) == guarded(text)
        assert ask(masked_sql("x"), text) == masked(text)
    assert bare(guarded(text)) == text
    assert not guarded(text).startswith(("=", "+", "-", "@", "\t", "\r"))


@pytest.mark.usefixtures("db")
@pytest.mark.parametrize(("code", "expected"), CODES.items())
def test_a_number_inside_a_code_is_masked_and_other_codes_stay(code: str, expected: str) -> None:
    assert shown(code) == expected
    assert _postgres(shown_sql("x"), code) == expected
