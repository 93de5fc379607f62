"""`anling import roster`: shows first, applies when told, and survives being killed at any point."""

import json
import subprocess
import sys
import time
from pathlib import Path

import pytest

from anling.access.roles import Role
from anling.audit.scope import within
from anling.audit.values import Scope
from anling.roster.models import Benefit, Person, RosterImport, SearchToken
from tests.support.command import anling, signed_in_here
from tests.support.platform import environment, officer
from tests.support.rosters import number, row, write

ROWS = 900


def _call(file: Path, *options: str) -> list[str]:
    return [sys.executable, "-m", "anling", "import", "roster", str(file), "--as", "li", *options]


def _run(file: Path, *options: str) -> subprocess.CompletedProcess[str]:
    return anling("import", "roster", file, "--as", "li", *options)


@pytest.fixture
def file(flushed: None, tmp_path: Path) -> Path:
    """A roster file, and an officer who may import it."""
    del flushed
    officer("li", Role.CLERK, "44")
    signed_in_here("li")
    return write(tmp_path / "roster.csv", *(row(n, unit=f"U{n % 7}") for n in range(1, ROWS + 1)))


def test_it_shows_what_it_would_do_and_says_how_to_do_it(file: Path) -> None:
    shown = _run(file)
    assert shown.returncode == 0, shown.stderr
    assert "--apply" in shown.stdout
    with within(Scope("44")):
        assert Benefit.objects.count() == 0
    for secret in (number(1), "陈小明"):
        assert secret not in shown.stdout + shown.stderr


def test_a_wrong_file_and_a_wrong_officer_are_told_in_one_line(file: Path) -> None:
    file.write_text("a,b\n1,2\n")
    wrong = _run(file)
    assert (wrong.returncode, len(wrong.stderr.splitlines())) == (2, 1)
    with within(Scope("44")):
        assert RosterImport.objects.get().error.split(" / ")[0] in wrong.stderr
    stranger = anling("import", "roster", file, "--as", "nobody")
    assert (stranger.returncode, len(stranger.stderr.splitlines())) == (2, 1)


@pytest.mark.parametrize(
    "later", [0.3, pytest.param(0.1, marks=pytest.mark.long), pytest.param(0.6, marks=pytest.mark.long)]
)
def test_killed_at_any_point_a_rerun_ends_in_the_same_state(file: Path, later: float) -> None:
    killed = subprocess.Popen(_call(file, "--apply"), env=environment(), stdout=subprocess.DEVNULL)
    _wait_for_an_import()
    time.sleep(later)
    killed.kill()
    killed.wait()
    with within(Scope("44")):
        assert Benefit.objects.count() in (0, ROWS), "all or nothing"
    rerun = json.loads(_run(file, "--apply", "--json").stdout)
    again = json.loads(_run(file, "--apply", "--json").stdout)
    assert rerun["state"] == "applied"
    assert again["counts"]["unchanged"] == ROWS
    with within(Scope("44")):
        assert (Benefit.objects.count(), Person.objects.count()) == (ROWS, ROWS)
        assert SearchToken.objects.count() == ROWS * 3


def _wait_for_an_import() -> None:
    for _ in range(600):
        with within(Scope("44")):
            if RosterImport.objects.exists():
                return
        time.sleep(0.05)
    raise AssertionError("the command never began")
