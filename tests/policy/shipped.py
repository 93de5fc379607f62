"""Agency directories for the tests: shipped files with an edit."""

from pathlib import Path

from anling.policy import Policy, load

SHIPPED = Path(load.__code__.co_filename).parent / "guangdong"


def text(name: str) -> str:
    return (SHIPPED / name).read_text(encoding="utf-8")


def edited(directory: Path, name: str, old: str, new: str) -> Path:
    """Writes the shipped file with the first `old` replaced, and gives its path; fails where `old` is not there."""
    before = text(name)
    assert old in before, f"{name} no longer holds the text this test edits"
    path = directory / name
    path.write_text(before.replace(old, new, 1), encoding="utf-8")
    return path


def policy_with(directory: Path, name: str, old: str, new: str) -> Policy:
    edited(directory, name, old, new)
    return load(directory)
