"""A folder takes its name whole or not at all, and the old one is never lost: whenever a run is stopped."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from anling.comparison.placing import Draft, put_back

MARK = "done"
PLACING = """
import os, signal, sys
from pathlib import Path
from anling.comparison.placing import Draft

place, stop, before = Path(sys.argv[1]), sys.argv[2], int(sys.argv[3])
renames = 0

def count(event, details):
    global renames
    if event == "os.rename":
        renames += 1
        if renames == before:
            if stop == "raise":
                raise KeyboardInterrupt
            os.kill(os.getpid(), signal.SIGKILL)

sys.addaudithook(count)
with Draft(place, "done") as folder:
    (folder / "done").write_text("new")
    if not before:
        os.kill(os.getpid(), signal.SIGKILL)
"""
"""Replaces a folder, and is stopped before the rename of that number; 0: while it writes."""


def place(folder: Path, content: str) -> Path:
    with Draft(folder / "result", MARK) as draft:
        (draft / MARK).write_text(content)
    return folder / "result"


def fail(place: Path, stop: type[BaseException]) -> None:
    with Draft(place, MARK) as draft:
        (draft / MARK).write_text("new")
        raise stop


def overtaken(place: Path) -> None:
    """While the draft is written, somebody puts a folder of their own there."""
    with Draft(place, MARK) as draft:
        (draft / MARK).write_text("new")
        place.mkdir()
        (place / "letter").touch()


def stopped(place: Path, how: str, before: int) -> int:
    command = [sys.executable, "-c", PLACING, str(place), how, str(before)]
    return subprocess.run(command, check=False, capture_output=True, timeout=60).returncode


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_the_new_folder_takes_the_place_of_the_old_one(tmp_path: Path) -> None:
    for content in ("old", "new"):
        assert (place(tmp_path, content) / MARK).read_text() == content
        assert names(tmp_path) == ["result"]


@pytest.mark.parametrize("stop", [KeyboardInterrupt, RuntimeError, SystemExit])
def test_what_does_not_end_well_leaves_the_old_folder(tmp_path: Path, stop: type[BaseException]) -> None:
    old = place(tmp_path, "old")
    with pytest.raises(stop):
        fail(old, stop)
    assert (old / MARK).read_text() == "old"
    assert names(tmp_path) == ["result"]


def test_a_draft_that_cannot_be_moved_leaves_the_old_folder(tmp_path: Path) -> None:
    old = place(tmp_path, "old")
    with pytest.raises(FileNotFoundError), Draft(old, MARK) as draft:
        draft.rmdir()
    assert (old / MARK).read_text() == "old"
    assert names(tmp_path) == ["result"]


@pytest.mark.parametrize("before", [1, 2])
def test_an_interrupt_before_either_rename_leaves_the_old_folder(tmp_path: Path, before: int) -> None:
    old = place(tmp_path, "old")
    assert stopped(old, "raise", before) != 0
    assert (old / MARK).read_text() == "old"
    assert names(tmp_path) == ["result"]


@pytest.mark.parametrize(
    ("before", "left"), [(0, {"result", "partial"}), (1, {"result", "partial"}), (2, {"replaced", "partial"})]
)
def test_after_a_kill_the_old_folder_is_put_back(tmp_path: Path, before: int, left: set[str]) -> None:
    old = place(tmp_path, "old")
    assert stopped(old, "kill", before) == -signal.SIGKILL
    assert {name.removeprefix(".result.").partition("-")[0] for name in names(tmp_path)} == left
    put_back(old, MARK)
    assert (old / MARK).read_text() == "old"
    assert place(tmp_path, "new") == old
    assert names(tmp_path) == ["result"]


def test_an_old_folder_left_aside_goes_when_the_new_one_is_there(tmp_path: Path) -> None:
    new = place(tmp_path, "new")
    aside = tmp_path / ".result.replaced"
    aside.mkdir()
    (aside / MARK).write_text("old")
    put_back(new, MARK)
    assert (new / MARK).read_text() == "new"
    assert names(tmp_path) == ["result"]


def test_an_old_folder_waits_aside_while_something_else_has_its_name(tmp_path: Path) -> None:
    place(tmp_path, "old").rename(tmp_path / ".result.replaced")
    (tmp_path / "result").mkdir()
    (tmp_path / "result" / "letter").touch()
    put_back(tmp_path / "result", MARK)
    assert names(tmp_path / "result") == ["letter"]
    assert (tmp_path / ".result.replaced" / MARK).read_text() == "old"


def test_half_a_folder_is_never_put_back(tmp_path: Path) -> None:
    """A kill while the old folder was being removed: its mark goes first."""
    (tmp_path / ".result.replaced" / "lists").mkdir(parents=True)
    put_back(tmp_path / "result", MARK)
    assert names(tmp_path) == []


def test_the_draft_of_a_living_run_stays(tmp_path: Path) -> None:
    with Draft(tmp_path / "result", MARK) as draft:
        assert (place(tmp_path, "quick") / MARK).read_text() == "quick"
        (draft / MARK).write_text("slow")
    assert (tmp_path / "result" / MARK).read_text() == "slow"
    assert names(tmp_path) == ["result"]


def test_a_folder_that_is_not_ours_is_not_replaced(tmp_path: Path) -> None:
    with pytest.raises(OSError, match="not empty"):
        overtaken(tmp_path / "result")
    assert names(tmp_path / "result") == ["letter"]
    assert names(tmp_path) == ["result"]


def test_a_link_stays_a_link(tmp_path: Path) -> None:
    real = place(tmp_path, "old")
    link = tmp_path / "link"
    link.symlink_to(real)
    with Draft(link, MARK) as draft:
        (draft / MARK).write_text("new")
    assert os.readlink(link) == str(real)
    assert (real / MARK).read_text() == "new"
