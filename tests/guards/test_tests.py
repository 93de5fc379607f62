"""A test must be able to fail, and must run: each one asserts something, none is skipped, nothing inside is patched."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.guards import repository

TEST_MODULES = tuple(path for path in repository.ending(".py", under="tests/") if path.name.startswith("test_"))
SKIPPING = re.compile(
    r"pytest\.(skip|importorskip|xfail)|mark\.(skip|skipif|xfail)|unittest\.mock|monkeypatch\.setattr"
)


def _functions(module: Path) -> list[ast.FunctionDef]:
    return [node for node in ast.walk(ast.parse(repository.text(module))) if isinstance(node, ast.FunctionDef)]


def _called(node: ast.AST) -> Iterator[str]:
    for call in (child for child in ast.walk(node) if isinstance(child, ast.Call)):
        if isinstance(call.func, ast.Attribute | ast.Name):
            yield call.func.attr if isinstance(call.func, ast.Attribute) else call.func.id


def _asserts_itself(function: ast.FunctionDef) -> bool:
    asserts = any(isinstance(node, ast.Assert) for node in ast.walk(function))
    return asserts or not {"raises", "fail", "expect"}.isdisjoint(_called(function))  # expect: what a browser shows


def _checkers() -> set[str]:
    """Names of functions in tests that assert on behalf of a test."""
    helping = (path for path in repository.ending(".py", under="tests/"))
    return {function.name for path in helping for function in _functions(path) if _asserts_itself(function)}


def _silent_tests(module: Path) -> list[str]:
    tests = (function for function in _functions(module) if function.name.startswith("test_"))
    silent = (test for test in tests if not _asserts_itself(test))
    return [test.name for test in silent if not _checkers().intersection(_called(test))]


@pytest.mark.parametrize("module", TEST_MODULES, ids=str)
def test_every_test_asserts_something(module: Path) -> None:
    assert _silent_tests(module) == []


@pytest.mark.parametrize("module", [path for path in TEST_MODULES if path.parent.name != "guards"], ids=str)
def test_nothing_is_skipped_or_patched(module: Path) -> None:
    assert SKIPPING.findall(repository.text(module)) == []
