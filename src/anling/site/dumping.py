"""PostgreSQL's own programs for taking a database out and bringing one in, from the wheel (version 18)."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Sequence
from pathlib import Path

from psycopg.conninfo import make_conninfo

from anling.site.address import Address
from anling.site.errors import SiteError
from anling.site.postgres.binaries import MAJOR, program

_REPLACE = """SET lock_timeout = '20s';
DROP SCHEMA public CASCADE;
CREATE SCHEMA public;
GRANT USAGE ON SCHEMA public TO PUBLIC;
"""
_SIGNED_IN = ("django_session", "usersessions_usersession", "access_commandsession")
"""Of no use in a backup, and a sign-in that was ended since would come to life with it."""
_NOT_EVERYWHERE = "SET transaction_timeout"
"""A setting that pg_restore 18 writes for every server, and that servers before 17 refuse."""


def check_version(number: int) -> None:
    """Raises SiteError where the server is newer than the programs that would read it."""
    if number > MAJOR:
        raise SiteError(
            f"This server is PostgreSQL {number}, the programs that came with Anling are version {MAJOR} and cannot"
            f" back it up: use pg_dump and pg_restore of version {number}, and keep ANLING_HOME beside them."
        )


def dump(address: Address, target: Path) -> None:
    """The whole database as of one moment, compressed, but for who is signed in. Raises SiteError."""
    order = ["pg_dump", "-Fc", "--no-owner", "--no-privileges", "-f", str(target)]
    left_out = [f"--exclude-table-data=public.{table}" for table in _SIGNED_IN]
    _run([*order, *left_out, "-d", _way(address)], address)


def load(address: Address, source: Path) -> None:
    """Put a dump in the place of everything in schema public: in one transaction, or nothing. Raises SiteError."""
    script = source.with_suffix(".sql")
    _run(["pg_restore", "--no-owner", "--no-privileges", "-f", str(script), str(source)], address)
    portable = source.with_suffix(".portable.sql")
    with script.open("rb") as lines, portable.open("wb") as kept:
        kept.write(_REPLACE.encode())
        for number, line in enumerate(lines):
            if number > 40 or not line.startswith(_NOT_EVERYWHERE.encode()):
                kept.write(line)
    script.unlink()
    order = ["psql", "--no-psqlrc", "--quiet", "--single-transaction", "-v", "ON_ERROR_STOP=1", "-o", os.devnull]
    _run([*order, "-f", str(portable), "-d", _way(address)], address)


def _way(address: Address) -> str:
    return make_conninfo(
        host=address.host, port=address.port, dbname=address.name, user=address.user, **dict(address.options)
    )


def _run(command: Sequence[str], address: Address) -> None:
    name, *rest = command
    done = subprocess.run(
        [program(name, Path("no-copy")), *rest], capture_output=True, text=True, errors="replace", check=False,
        env={"PATH": os.defpath, "LC_ALL": "C", "PGPASSWORD": address.password, "PGCLIENTENCODING": "UTF8"},
    )  # fmt: skip
    if done.returncode:
        errors = [line for line in done.stderr.splitlines() if "rror:" in line or "ERROR" in line or "FATAL" in line]
        # An error of PostgreSQL may quote a row in later lines; the first line names the cause alone.
        cause = (errors or ["it said nothing"])[0].split("ERROR:")[-1].strip()
        raise SiteError(f"{name} failed: {cause}; nothing was changed. Are anling serve and anling worker stopped?")
