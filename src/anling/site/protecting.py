"""Grants and row security, applied after every migration from what the rooms say of their tables."""

from __future__ import annotations

from collections.abc import Iterator
from importlib import import_module
from importlib.util import find_spec

from django.apps import apps
from django.db import connections, transaction

from anling.audit.protection import ALL, READ, Table
from anling.site.errors import SiteError

LIBRARIES = ("account", "mfa", "usersessions", "oauth2_provider", "sessions", "procrastinate", "django", "auth", "site")
"""First words of table names of libraries, which hold nothing of recipients."""

_POLICY = "region_scope"


def protections() -> Iterator[Table]:
    """What every room says of its tables."""
    for config in apps.get_app_configs():
        name = f"{config.name}.protections"
        if config.name.startswith("anling.") and find_spec(name):
            yield from import_module(name).PROTECTIONS


def protect(*, owner: str = "owner", app: str = "default") -> None:
    """Give the serving role exactly what the rooms say, and switch row security on where they say so.

    Runs in one transaction as the owner. Raises SiteError for a table that nobody speaks of, or that is not there.
    """
    role = connections[app].settings_dict["USER"]
    declared = {table.name: table for table in protections()}
    with transaction.atomic(using=owner), connections[owner].cursor() as cursor:
        cursor.execute(
            "SELECT c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace"
            " WHERE n.nspname = 'public' AND c.relkind IN ('r', 'p') AND NOT c.relispartition ORDER BY 1"
        )
        found = [name for (name,) in cursor.fetchall()]
        strangers = [name for name in found if name not in declared and not name.startswith(LIBRARIES)]
        missing = sorted(declared.keys() - set(found))
        if strangers or missing:
            raise SiteError(f"No room says who may use {', '.join(strangers + missing)}; add it to protections.py.")
        for name in found:
            for statement in _grants(declared.get(name) or Table(name, ALL), role):
                cursor.execute(statement)
        cursor.execute(f'GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO "{role}"')
        for table in declared.values():
            for statement in _policies(table):
                cursor.execute(statement)


def _grants(table: Table, role: str) -> Iterator[str]:
    yield f'REVOKE ALL ON "{table.name}" FROM "{role}"'
    granted = (READ,) if table.name == "django_migrations" else table.grants
    yield f'GRANT {", ".join(granted)} ON "{table.name}" TO "{role}"'


def _policies(table: Table) -> Iterator[str]:
    yield f'DROP POLICY IF EXISTS {_POLICY} ON "{table.name}"'
    if table.sees is None:
        yield f'ALTER TABLE "{table.name}" DISABLE ROW LEVEL SECURITY'
        return
    yield f'ALTER TABLE "{table.name}" ENABLE ROW LEVEL SECURITY'
    writes = table.writes or table.sees
    yield f'CREATE POLICY {_POLICY} ON "{table.name}" USING ({table.sees}) WITH CHECK ({writes})'
