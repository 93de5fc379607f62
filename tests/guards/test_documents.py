"""What the documents promise holds: links lead somewhere, commands exist, the lists of files are complete."""

import os
import re
import subprocess
from pathlib import Path

import pytest

from tests.guards import repository
from tests.support import starts

LINK = re.compile(r"\]\(([^)\s]+)\)")
COMMAND = re.compile(r"script/[a-z]+|\banling(?: [a-z]+(?:-[a-z]+)*)+")
FENCE = re.compile(r"```.*?```|`[^`\n]+`", re.DOTALL)

GUIDES = (Path("README.md"), Path("CONTRIBUTING.md"))


def _broken_links(document: Path) -> list[str]:
    targets = (target.split("#")[0] for target in LINK.findall(repository.text(document)))
    local = (target for target in targets if target and "://" not in target)
    return [target for target in local if not (repository.ROOT / document.parent / target).exists()]


@pytest.mark.parametrize("document", repository.ending(".md"), ids=str)
def test_links_lead_somewhere(document: Path) -> None:
    assert _broken_links(document) == []


def _commands() -> list[str]:
    code = " ".join(" ".join(FENCE.findall(repository.text(guide))) for guide in GUIDES)
    return sorted({_subcommand(found) for found in COMMAND.findall(code)})


def _subcommand(words: str) -> str:
    return " ".join(words.split()[:2])


@pytest.mark.parametrize("command", _commands())
def test_every_command_of_the_guides_exists_and_explains_itself(command: str) -> None:
    asked = _asked([*command.split(), "--help"])
    assert asked.returncode == 0, asked.stderr
    assert "usage" in asked.stdout.lower()


def _asked(words: list[str]) -> "subprocess.CompletedProcess[str]":
    if words[0] == "anling":
        return starts.run(words[1:], os.environ, platform=False)
    return subprocess.run(words, cwd=repository.ROOT, capture_output=True, text=True, check=False, timeout=60)


def test_the_readme_is_short_and_names_the_commands_of_the_main_job() -> None:
    assert len(repository.text(Path("README.md")).splitlines()) <= 60
    assert {"script/demo", "script/test", "anling compare", "anling explain"} <= set(_commands())


def test_every_script_can_be_run_and_is_in_the_guides() -> None:
    scripts = [path for path in repository.files() if path.parts[0] == "script"]
    assert [path for path in scripts if not os.access(repository.ROOT / path, os.X_OK)] == []
    assert {path.as_posix() for path in scripts} <= set(_commands())


def test_every_decision_is_listed_and_dated() -> None:
    index = repository.text(Path("docs/README.md"))
    decisions = repository.ending(".md", under="docs/adr/")
    assert [path.name for path in decisions if f"(adr/{path.name})" not in index] == []
    assert [
        path.name for path in decisions if not re.search(r"^Accepted, \w+ \d{4}\.$", repository.text(path), re.M)
    ] == []
