"""The repository works on any machine: no address of a package registry, no path of one machine, a lock with hashes."""

import re
import tomllib
from importlib.metadata import version
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.guards import repository

# Put together from parts, so that this file does not hold what it forbids.
HOSTS = ("py" + r"pi\.org", "pythonhosted" + r"\.org", "index" + "-url", "find" + "-links", r"/si" + r"mple\b")
PLACES = ("/ho" + "me/", "/Use" + r"rs/\w", "/ro" + "ot/", "/op" + "t/", "/tm" + r"p/\w", "/wo" + r"rk/", r"[A-Z]:\\\\")
FORBIDDEN = re.compile("|".join((*HOSTS, *PLACES)))
ALLOWED = ("--no-emit-" + "index" + "-url",)

PROJECT = tomllib.loads(repository.text(Path("pyproject.toml")))
LOCKS = [Path("requirements.lock"), Path("requirements-spark.lock")]
LOCK = "\n".join(map(repository.text, LOCKS))
ENTRY = re.compile(
    r"^(?P<name>[a-z0-9-]+)==(?P<version>\S+)(?: ; [^\\\n]+?)?"
    r"(?P<hashes>(?: \\\n    --hash=sha256:[0-9a-f]{64})*)$",
    re.MULTILINE,
)


def _declared() -> list[Requirement]:
    lines = [
        *PROJECT["project"]["dependencies"],
        *PROJECT["project"]["optional-dependencies"]["spark"],
        *PROJECT["dependency-groups"]["dev"],
        *PROJECT["build-system"]["requires"],
    ]
    return [Requirement(line) for line in lines]


def _traces(path: Path) -> list[str]:
    content = repository.text(path)
    for allowed in ALLOWED:
        content = content.replace(allowed, "")
    return [found.group() for found in FORBIDDEN.finditer(content)]


@pytest.mark.parametrize("path", repository.texts(), ids=str)
def test_no_file_names_a_registry_or_a_machine(path: Path) -> None:
    assert _traces(path) == []


def test_every_line_of_the_lock_is_a_pin_with_hashes() -> None:
    code = "\n".join(line for line in LOCK.splitlines() if not line.startswith("#")) + "\n"
    assert ENTRY.sub("", code).strip() == ""
    assert [entry["name"] for entry in ENTRY.finditer(LOCK) if not entry["hashes"]] == []


def test_the_lock_fits_what_the_project_asks_for() -> None:
    pins: dict[str, list[str]] = {}
    for entry in ENTRY.finditer(LOCK):
        pins.setdefault(entry["name"], []).append(entry["version"])
    unmet = [r for r in _declared() if not all(map(r.specifier.contains, pins.get(canonicalize_name(r.name), ["0"])))]
    assert unmet == []


def test_what_runs_here_is_what_the_lock_names() -> None:
    pins = {(entry["name"], entry["version"]) for entry in ENTRY.finditer(LOCK)}
    installed = {(canonicalize_name(r.name), version(r.name)) for r in _declared()}
    assert installed - pins == set()


def test_every_dependency_has_its_reason_beside_it() -> None:
    lines = [
        line
        for line in repository.text(Path("pyproject.toml")).splitlines()
        if re.match(r'    "[a-z0-9-]+(\[[a-z]+\])?[=<>]', line)
    ]
    assert len(lines) == len(_declared()) - len(PROJECT["build-system"]["requires"])
    assert [line for line in lines if not re.search(r'",\s+# \w', line)] == []
