"""Rows of before are kept in one go however a process came to them: by a small file first, or by a large one (N-A1)."""

import json
from collections.abc import Iterator

import pytest
from django.db import connection

pytestmark = pytest.mark.usefixtures("db")


def _joined_how(table: str) -> Iterator[str]:
    """The kinds of joins by which the trigger of a table would go through the rows before and after."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT p.oid::regprocedure::text FROM pg_trigger t JOIN pg_proc p ON p.oid = t.tgfoid"
            " WHERE t.tgrelid = %s::regclass AND t.tgoldtable IS NOT NULL AND t.tgnewtable IS NOT NULL", [table],
        )  # fmt: skip
        functions = [name for (name,) in cursor.fetchall()]
        for name in functions:
            cursor.execute("SELECT unnest(proconfig) FROM pg_proc WHERE oid = %s::regprocedure", [name])
            for (setting,) in cursor.fetchall():
                variable, _, value = setting.partition("=")
                cursor.execute("SELECT set_config(%s, %s, true)", [variable, value])
            cursor.execute(
                "EXPLAIN (FORMAT JSON) SELECT 1 FROM generate_series(1, 1) AS was (id)"
                " JOIN generate_series(1, 1) AS becomes (id) ON becomes.id = was.id"
            )  # as few rows as the first file of a worker may have
            plan = cursor.fetchone()[0]
            yield (json.loads(plan) if isinstance(plan, str) else plan)[0]["Plan"]["Node Type"]


@pytest.mark.parametrize("table", ["roster_person", "roster_benefit"])
def test_a_plan_made_for_one_row_suits_a_province(table: str) -> None:
    joins = [*_joined_how(table)]
    assert joins != []
    assert {*joins} <= {"Hash Join", "Merge Join"}
