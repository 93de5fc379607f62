"""Two rooms never wait for each other because they took the same number for different locks."""

import ast
import re
from pathlib import Path

import pytest

from anling.audit import locks
from tests.guards import repository

NUMBERS = {name: value for name, value in vars(locks).items() if isinstance(value, int)}
HOME = Path("src/anling/audit/locks.py")
_LITERAL = re.compile(r"advisory\w*\(\s*-?[0-9]")


def test_every_lock_has_a_number_of_its_own() -> None:
    assert len(NUMBERS) >= 8
    assert len(set(NUMBERS.values())) == len(NUMBERS)


@pytest.mark.parametrize("path", [path for path in repository.ending(".py", under="src") if path != HOME], ids=str)
def test_no_other_number_is_used(path: Path) -> None:
    found = [node.value for node in ast.walk(ast.parse(repository.text(path))) if isinstance(node, ast.Constant)]
    assert [value for value in found if isinstance(value, int) and 7_321_000 <= value < 7_322_000] == []
    assert [value for value in found if isinstance(value, str) and _LITERAL.search(value)] == []


def test_no_sql_file_locks_by_a_number() -> None:
    assert [path for path in repository.ending(".sql", under="src") if _LITERAL.search(repository.text(path))] == []
