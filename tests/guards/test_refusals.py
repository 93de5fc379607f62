"""No refusal that a page or the API shows is raised with a text that only some of its readers understand.

Rooms that know Django take their sentences from the catalogue of translations; what reads files without Django writes
each sentence in both languages, or as `Words`, which pages translate. Sentences of the command line are English.
"""

import ast
import re
from collections.abc import Iterator

import pytest

from tests.guards import repository

ROOMS = (
    "access",
    "api",
    "casework",
    "comparison",
    "feeds",
    "notices",
    "passes",
    "payment",
    "roster",
    "territory",
    "web",
)
COMMAND_LINE_ALONE = (
    "comparison/explain/", "comparison/output.py", "comparison/destination.py", "comparison/run.py",
    "feeds/receiving_command.py",
    "comparison/frozen.py", "notices/reference_gateway.py", "notices/http_gateways.py", "notices/configured.py",
)  # fmt: skip
"""Modules whose refusals nobody sees but on a terminal or in a log."""
CATALOGUE = {"gettext", "gettext_lazy", "pgettext", "pgettext_lazy", "ngettext", "_", "worded"}
DEFECTS = {
    "NoScopeError", "AuditError", "AssertionError", "KeyError", "NotImplementedError", "LookupError", "TypeError",
    "ValueError",
}  # fmt: skip
"""What only a defect of ours raises; a value that checks itself, too, is answered by whoever read it."""
SENTENCE = re.compile(r"[A-Za-z]{2,} [a-z]{2,}")
BOTH = re.compile("[\u4e00-\u9fff].* / .*[a-z]|[\u4e00-\u9fff].* /$", re.DOTALL)


def english(raised: ast.Call) -> Iterator[str]:
    """Texts of a refusal that no catalogue knows; those of a call of the catalogue are not looked at."""
    waiting: list[ast.AST] = [*raised.args, *(keyword.value for keyword in raised.keywords)]
    while waiting:
        node = waiting.pop()
        if isinstance(node, ast.Call) and _name(node) in CATALOGUE:
            continue
        if isinstance(node, ast.JoinedStr):
            text = "".join(str(part.value) for part in node.values if isinstance(part, ast.Constant))
            yield from [text] if SENTENCE.search(text) and not BOTH.search(text) else []
            continue
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield from [node.value] if SENTENCE.search(node.value) and not BOTH.search(node.value) else []
        waiting.extend(ast.iter_child_nodes(node))


def refusals(source: str) -> Iterator[tuple[int, str]]:
    """Line and text of what is raised, or made to be raised, in words of one language alone."""
    tree = ast.parse(source)
    for function in ast.walk(tree):
        if not isinstance(function, ast.FunctionDef):
            continue
        raised = [node for node in ast.walk(function) if isinstance(node, ast.Call) and _refuses(node)]
        named = {
            name.id for call in raised for part in call.args for name in ast.walk(part) if isinstance(name, ast.Name)
        }
        for call in raised:
            yield from ((call.lineno, text) for text in english(call))
        for assigned in ast.walk(function):
            if isinstance(assigned, ast.Assign) and _targets(assigned) & named:
                call = ast.Call(ast.Name("assigned"), [assigned.value], [])
                yield from ((assigned.lineno, text) for text in english(call))


def _refuses(call: ast.Call) -> bool:
    name = _name(call)
    return (name.endswith("Error") or name in ("Http404", "setdefault")) and name not in DEFECTS


def _targets(assigned: ast.Assign) -> set[str]:
    return {name.id for target in assigned.targets for name in ast.walk(target) if isinstance(name, ast.Name)}


def _name(call: ast.Call) -> str:
    return getattr(call.func, "id", getattr(call.func, "attr", ""))


def test_every_refusal_is_in_the_language_of_its_reader() -> None:
    found = []
    for path in repository.ending(".py", under="src/anling/"):
        inside = path.as_posix().removeprefix("src/anling/")
        if inside.split("/")[0] not in ROOMS or inside.startswith(COMMAND_LINE_ALONE):
            continue
        source = (repository.ROOT / path).read_text(encoding="utf-8")
        found += [f"{path}:{line}: {text}" for line, text in refusals(source)]
    assert found == []


@pytest.mark.parametrize(
    ("body", "seen"),
    [
        ('raise CaseError("There is no such case.")', True),
        ('raise CaseError(f"There is no case {key}.")', True),
        ('raise CaseError(gettext("There is no such case."))', False),
        ('raise CaseError(worded("There is no case %(key)s.", key=key))', False),
        ('raise CaseError(worded("No case."), "reason")', False),
        ('problem = "is empty; fill it in"\n    raise CaseError(problem)', True),
        ('wrong = {}\n    wrong["name"] = "The name is empty."\n    raise CaseError(wrong)', True),
        ('raise RefusedError(f"{name}: 文件是空的 / the file is empty; fill it")', False),
        ('raise RefusedError(f"{name}: the file is empty; fill it")', True),
    ],
)
def test_a_refusal_in_english_alone_would_be_seen(body: str, seen: bool) -> None:
    assert bool(list(refusals(f"def act(key, name):\n    {body}\n"))) is seen
