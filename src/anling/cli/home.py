"""Where the state of this installation lies: ANLING_HOME, or `var` in the checkout (contracts.md)."""

from __future__ import annotations

import os
from pathlib import Path

import anling


def home() -> Path:
    """ANLING_HOME; else `var` beside the pyproject.toml above the package; else the user's data folder."""
    if named := os.environ.get("ANLING_HOME"):
        return Path(named)
    package = Path(anling.__file__).resolve()
    checkout = next((folder for folder in package.parents if (folder / "pyproject.toml").is_file()), None)
    return checkout / "var" if checkout else Path.home() / ".local" / "share" / "anling"


def store() -> Path:
    """Where ingested batches are kept."""
    return home() / "store"
