"""The size and the names of things: nothing grows past what one reader can hold."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.guards import repository

MOST_LINES = 350
MOST_LINES_OF_A_FUNCTION = 50
MOST_BYTES = 1024 * 1024
NO_ROOM_FOR = {"common", "core", "helpers", "misc", "services", "utils"}

MODULES = repository.ending(".py")


def _functions(module: Path) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    tree = ast.parse(repository.text(module))
    return (node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef))


def _length(function: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    return (function.end_lineno or function.lineno) - function.lineno + 1


READ = [path for path in (*MODULES, *repository.ending(".sql")) if "migrations" not in path.parts]
"""Migrations are written by Django, a line for each option of a field."""


@pytest.mark.parametrize("path", READ, ids=str)
def test_a_file_is_one_subject(path: Path) -> None:
    assert len(repository.text(path).splitlines()) <= MOST_LINES


@pytest.mark.parametrize("module", MODULES, ids=str)
def test_a_function_fits_on_a_screen(module: Path) -> None:
    too_long = {function.name: _length(function) for function in _functions(module)}
    assert {name: lines for name, lines in too_long.items() if lines > MOST_LINES_OF_A_FUNCTION} == {}


def test_most_functions_are_a_dozen_lines() -> None:
    lengths = sorted(_length(f) for module in repository.ending(".py", under="src/") for f in _functions(module))
    assert lengths[len(lengths) // 2] < 12


def test_no_folder_is_named_after_nothing() -> None:
    assert [path for path in repository.files() if NO_ROOM_FOR & {*path.parts[:-1], path.stem}] == []


def test_no_file_is_large() -> None:
    assert [path for path in repository.files() if (repository.ROOT / path).stat().st_size > MOST_BYTES] == []
