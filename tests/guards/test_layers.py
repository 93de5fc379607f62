"""The rooms of the house call inward only; the contract is in pyproject.toml."""

import re
import subprocess
import sys
import tomllib
from pathlib import Path

from tests.guards import repository

LINT = "from importlinter.cli import lint_imports_command; lint_imports_command()"


def _lint(root: Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-c", LINT, "--no-logo", "--no-cache", "--config", str(root / "pyproject.toml")]
    environment = {"PYTHONPATH": str(root / "src"), "PATH": ""}
    return subprocess.run(command, cwd=root, env=environment, capture_output=True, text=True, check=False)


def test_the_import_contract_holds() -> None:
    linted = _lint(repository.ROOT)
    assert linted.returncode == 0, linted.stdout + linted.stderr


def test_the_import_contract_notices_an_inner_room_that_calls_an_outer_one(tmp_path: Path) -> None:
    rooms = _layers()
    for room in rooms:
        folder = tmp_path / "src" / "anling" / room
        folder.mkdir(parents=True)
        (folder / "__init__.py").touch()
    (tmp_path / "src" / "anling" / "__init__.py").touch()
    for module in re.findall(r'"(anling\.\w+\.\w+)"', repository.text(Path("pyproject.toml"))):
        (tmp_path / "src" / Path(*module.split("."))).with_suffix(".py").touch()
    (tmp_path / "pyproject.toml").write_text(repository.text(Path("pyproject.toml")), encoding="utf-8")
    assert _lint(tmp_path).returncode == 0
    (tmp_path / "src" / "anling" / rooms[-1] / "__init__.py").write_text(f"import anling.{rooms[0]}\n")
    assert "Rooms call inward only BROKEN" in _lint(tmp_path).stdout


def test_every_room_is_in_the_contract_and_on_the_map() -> None:
    rooms = {path.parts[2] for path in repository.ending(".py", under="src/anling/") if len(path.parts) > 3}
    assert rooms == set(_layers())
    readme = repository.text(Path("README.md"))
    assert [room for room in sorted(rooms) if f"| `{room}` |" not in readme] == []


def _layers() -> list[str]:
    project = tomllib.loads(repository.text(Path("pyproject.toml")))
    (contract,) = (c for c in project["tool"]["importlinter"]["contracts"] if c["type"] == "layers")
    return [room for layer in contract["layers"] for room in layer.split(" | ")]
