"""`anling import feed`, as a process of its own, on the platform under test."""

import json
import subprocess
from pathlib import Path

import pytest

from anling.access.roles import Role
from anling.feeds.models import Batch
from tests.apps.deliveries import good, spoilt
from tests.intake.given import LI
from tests.support.command import anling, signed_in_here
from tests.support.platform import clerk, officer

pytestmark = pytest.mark.usefixtures("flushed")


def _import(*words: object) -> subprocess.CompletedProcess[str]:
    return anling("import", "feed", *words)


def _clerk() -> None:
    clerk()
    signed_in_here("clerk")


def test_files_are_taken_in_once_and_a_crowded_quarantine_is_told(tmp_path: Path) -> None:
    _clerk()
    first, second = good(tmp_path), spoilt(tmp_path, name="b2.csv")
    done = _import(first, first.with_suffix(".json"), second, "--as", "clerk", "--json")
    assert done.returncode == 3, done.stderr
    told = json.loads(done.stdout)
    assert [(each["batch"], each["rows"], each["quarantined"]) for each in told] == [("b1", 4, 0), ("b2", 5, 1)]
    again = _import(first, "--as", "clerk", "--json")
    assert (again.returncode, json.loads(again.stdout)[0]["id"]) == (0, told[0]["id"])
    assert Batch.objects.count() == 2
    assert LI not in done.stdout + done.stderr


def test_a_refused_batch_ends_with_3_and_its_sentence(tmp_path: Path) -> None:
    _clerk()
    done = _import(good(tmp_path, sha256="0" * 64), "--as", "clerk")
    assert done.returncode == 3
    assert "the content does not match the manifest's sha256; send both again" in done.stdout


def test_a_wrong_call_ends_with_2_and_one_line(tmp_path: Path) -> None:
    officer("reviewer", Role.REVIEWER, "44")
    signed_in_here("reviewer")
    data = good(tmp_path)
    for words, sentence in (
        ((data, "--as", "nobody"), "run anling sign-in nobody first"),
        ((data, "--as", "reviewer"), "it needs one of: Clerk"),
    ):
        done = _import(*words)
        assert (done.returncode, len(done.stderr.splitlines())) == (2, 1), done.stderr
        assert sentence in done.stderr
    _clerk()
    missing = _import(tmp_path / "none.csv", "--as", "clerk")
    assert (missing.returncode, "there is no such file" in missing.stderr) == (2, True)
    assert not Batch.objects.exists()
