"""Making a cluster: UTF-8, C.UTF-8 order from PostgreSQL itself, two roles with passwords, no other way in."""

from __future__ import annotations

import json
import secrets
import shutil
import subprocess
from pathlib import Path

from anling.site.address import Address
from anling.site.errors import SiteError
from anling.site.postgres.account import Account
from anling.site.postgres.binaries import program
from anling.site.postgres.layout import PORT, Layout
from anling.site.private import kept

DATABASE = "anling"
_LIMIT = 300.0
"""Seconds for making a cluster: about one, but slow disks and busy machines exist."""

_ACCESS = """# The superuser has no password and no line: it exists in single-user mode alone.
local all owner scram-sha-256
local all app scram-sha-256
"""
_CONFIGURATION = """
# Set when the cluster was made
listen_addresses = ''
unix_socket_permissions = 0700
password_encryption = 'scram-sha-256'
timezone = 'UTC'
logging_collector = on
log_filename = 'server-%a.log'
log_rotation_age = 1d
log_truncate_on_rotation = on
log_checkpoints = off
log_parameter_max_length = 0
log_parameter_max_length_on_error = 0
log_min_error_statement = panic
log_error_verbosity = terse
"""
_ROLES = """CREATE ROLE owner LOGIN CREATEDB NOSUPERUSER NOBYPASSRLS PASSWORD '{owner}'
CREATE ROLE app LOGIN NOSUPERUSER NOBYPASSRLS PASSWORD '{app}'
CREATE DATABASE {database} OWNER owner
REVOKE ALL ON DATABASE {database} FROM PUBLIC
GRANT CONNECT, TEMPORARY ON DATABASE {database} TO app
"""
"""One statement per line, as single-user mode reads them. `owner` also makes the databases of tests."""


def address(folder: Path, role: str) -> Address:
    """How `owner` or `app` reaches the embedded server of this folder; makes the passwords where there are none."""
    layout = Layout(folder)
    return Address(str(layout.socket), PORT, DATABASE, role, _passwords(layout)[role])


def make(layout: Layout, account: Account) -> None:
    """Make the cluster where there is none; it takes its name only when it is whole. Raises SiteError."""
    if layout.data.exists():
        return
    draft = layout.folder / "data.new"
    shutil.rmtree(draft, ignore_errors=True)  # of a making that was interrupted
    account.make_folder(draft)
    locale = ["--encoding=UTF8", "--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"]
    order = ["-D", str(draft), "-U", "postgres", *locale, "--auth=reject", "--no-instructions"]
    _done(account.run([program("initdb", layout.programs), *order], timeout=_LIMIT))
    (draft / "pg_hba.conf").write_text(_ACCESS, encoding="utf-8")
    with (draft / "postgresql.conf").open("a", encoding="utf-8") as file:
        file.write(_CONFIGURATION)
    statements = _ROLES.format(database=DATABASE, **_passwords(layout))
    alone = [program("postgres", layout.programs), "--single", "-D", str(draft), "-c", "exit_on_error=on", "postgres"]
    _done(account.run(alone, timeout=_LIMIT, text=statements))
    draft.rename(layout.data)


def _passwords(layout: Layout) -> dict[str, str]:
    made = kept(layout.passwords, lambda: json.dumps({role: secrets.token_urlsafe(32) for role in ("owner", "app")}))
    try:
        read = json.loads(made)
        return {"owner": str(read["owner"]), "app": str(read["app"])}
    except (ValueError, KeyError, TypeError):
        raise SiteError(f"{layout.passwords}: this is not what was written there; put it back from a backup.") from None


def _done(run: subprocess.CompletedProcess[str]) -> None:
    if run.returncode:
        lines = [line for line in run.stderr.splitlines() if "error" in line or "FATAL" in line] or ["it said nothing"]
        raise SiteError(
            f"The embedded PostgreSQL could not be made: {lines[0].strip()}; or name a server in DATABASE_URL."
        )
