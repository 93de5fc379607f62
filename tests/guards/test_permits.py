"""An act is required in a region: what a permit allows in one city is not allowed in the province."""

import ast

from tests.guards.repository import ROOT

_WITHOUT_REGION = {"ADMINISTER_ACCESS", "ADMINISTER_SYSTEM", "READ_TRAIL"}
"""Acts of roles that have no region."""

_FIRST = {
    "access/bodies.py": 1,  # how much a page takes is asked before any region is known
    "access/revealing.py": 1,  # the region is known, and asked for, once the object is found
    "feeds/receiving_command.py": 1,  # deliveries lie in no region; each names the one it was received for
    "feeds/operations.py": 3,  # likewise
    "roster/operations.py": 1,  # finds the region of the permit that allows it
    "site/adopting.py": 1,  # likewise
}
"""Files with calls that ask whether an act is allowed anywhere, and how many; each asks for the region as well."""


def _without_region(tree: ast.AST) -> int:
    found = 0
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in ("require", "may"):
            act = node.args[1]
            name = act.attr if isinstance(act, ast.Attribute) else ""
            found += len(node.args) == 2 and name not in _WITHOUT_REGION
    return found


def test_every_act_is_required_in_a_region() -> None:
    root = ROOT / "src" / "anling"
    found = {}
    for path in sorted(root.rglob("*.py")):
        name = path.relative_to(root).as_posix()
        if name not in ("access/pages.py", "access/permissions.py") and (
            calls := _without_region(ast.parse(path.read_text(encoding="utf-8")))
        ):
            found[name] = calls
    assert found == _FIRST
