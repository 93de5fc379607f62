"""Styles and scripts of the pages: exact versions, each with its hash, from whatever registry a machine is set to."""

import json
import re
import subprocess
from pathlib import Path
from typing import Any

from tests.guards import repository

ASKED: dict[str, Any] = json.loads(repository.text(Path("package.json")))
LOCK = repository.text(Path("package-lock.json"))
PACKAGES: dict[str, Any] = json.loads(LOCK)["packages"]


def test_versions_are_exact_and_those_of_the_lock() -> None:
    wanted = {**ASKED["dependencies"], **ASKED["devDependencies"]}
    assert {name: PACKAGES[f"node_modules/{name}"]["version"] for name in wanted} == wanted
    assert [version for version in wanted.values() if not re.fullmatch(r"\d+\.\d+\.\d+", version)] == []


def test_each_package_has_its_hash_and_no_address() -> None:
    locked = {name: package for name, package in PACKAGES.items() if name}
    assert [name for name, package in locked.items() if not package["integrity"].startswith("sha512-")] == []
    assert re.findall(r"://|resolved|hasInstallScript", LOCK) == []


def test_what_setup_makes_is_not_tracked() -> None:
    made = ("node_modules/x", "src/anling/web/vendor/x", "src/anling/web/collected/x", "src/anling/web/locale/x/y.mo")
    ignored = subprocess.run(
        ["git", "check-ignore", *made], cwd=repository.ROOT, capture_output=True, text=True, check=False
    )
    assert tuple(ignored.stdout.split()) == made
