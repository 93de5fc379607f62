"""The repository as its guards see it: the files git tracks or would track, and their text."""

import subprocess
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
GLOSSARY = Path("GLOSSARY.md")

TEXT_SUFFIXES = {"", ".cfg", ".csv", ".json", ".lock", ".md", ".py", ".sh", ".sql", ".toml", ".txt", ".yaml", ".yml"}


@cache
def files() -> tuple[Path, ...]:
    """Every file that is tracked or would be with `git add`, relative to the root; ignored state is not among them."""
    listing = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        check=True,
        capture_output=True,
        text=True,
    )
    paths = (Path(name) for name in listing.stdout.split("\0") if name)
    return tuple(sorted(path for path in paths if (ROOT / path).is_file()))


def ending(*suffixes: str, under: str = "") -> tuple[Path, ...]:
    """The files with one of these suffixes, under one folder where it is named."""
    return tuple(path for path in files() if path.suffix in suffixes and path.as_posix().startswith(under))


@cache
def text(path: Path) -> str:
    """The text of a file of the repository."""
    return (ROOT / path).read_text(encoding="utf-8")


def texts() -> tuple[Path, ...]:
    """Every file that people or programs read as text."""
    return ending(*TEXT_SUFFIXES)
