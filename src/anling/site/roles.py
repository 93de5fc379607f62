"""What a database says about itself and about the role that asks, through Django as everything else asks it."""

from __future__ import annotations

import logging
from dataclasses import dataclass

from django.db import Error, NotSupportedError, connections

from anling.site.database import OLDEST
from anling.site.errors import SiteError

_QUESTION = """
SELECT current_user,
       rolsuper OR rolbypassrls,
       has_schema_privilege(current_user, 'public', 'CREATE'),
       EXISTS (SELECT FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p')
               AND pg_has_role(current_user, relowner, 'MEMBER')),
       coalesce(has_table_privilege(to_regclass('public.audit_seal'), 'SELECT'), false),
       current_setting('server_version_num')::int,
       split_part(current_setting('server_version'), ' ', 1),
       pg_encoding_to_char(encoding)
FROM pg_roles, pg_database
WHERE rolname = current_user AND datname = current_database()
"""


@dataclass(frozen=True)
class Role:
    """A role in its database. number: as PostgreSQL counts, 180004 for 18.4.

    may_create: tables in schema public. owns: a table there, itself or as a member of the role that does. migrated:
    whether our tables are there for it to read.
    """

    name: str
    all_powerful: bool
    may_create: bool
    owns: bool
    migrated: bool
    number: int
    version: str
    encoding: str

    @property
    def major(self) -> int:
        """The version that counts, 18 for 18.4."""
        return self.number // 10_000


def too_old(what: str) -> str:
    """The sentence for a server older than we can use."""
    return f"{what} is too old: version {OLDEST} or newer is needed; upgrade the server."


def must_be_plain(role: Role) -> None:
    """Raises SiteError for a serving role that row security does not bind: regions would not hold (ADR 0008)."""
    if role.all_powerful:
        raise SiteError(
            f"{role.name} is a superuser or bypasses row security, so regions would not hold; name a plain role."
        )
    if role.owns:
        raise SiteError(owning(role.name))


def owning(name: str) -> str:
    """The sentence for a role that serves and owns the tables: PostgreSQL binds no owner by row security."""
    return (
        f"{name} owns tables, and row security does not bind their owner, so every region would see everybody: name "
        f"{name} in DATABASE_OWNER_URL and a second, plain role in DATABASE_URL, then run anling migrate."
    )


def look(alias: str) -> Role:
    """The role behind one of Django's database aliases; raises SiteError where it cannot get in."""
    variable = "DATABASE_URL" if alias == "default" else "DATABASE_OWNER_URL"
    logging.getLogger("django.db.backends").setLevel(logging.ERROR)
    try:
        with connections[alias].cursor() as cursor:
            cursor.execute(_QUESTION)
            return Role(*cursor.fetchone())
    except NotSupportedError:  # Django's own word, where it does not even try
        raise SiteError(f"{variable}: {too_old('this server')}") from None
    except Error as error:
        lines = str(error).strip().splitlines() or [type(error).__name__]
        raise SiteError(
            f"The database cannot be reached: {lines[-1].strip()}; check {variable} and its server."
        ) from None
