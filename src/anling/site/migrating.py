"""`anling migrate`: tables as the owner, then grants and row security for the role that serves."""

from __future__ import annotations

from collections.abc import Callable

import django
from django.core.management import call_command
from django.db import connections

from anling.audit.locks import MIGRATING
from anling.site.database import OLDEST, bring_up
from anling.site.environment import Environment
from anling.site.errors import SiteError
from anling.site.roles import Role, look, must_be_plain, owning, too_old


def migrate(environment: Environment, say: Callable[[str], None] = lambda line: None) -> None:
    """Bring the database to the state this program needs; again changes nothing. Raises SiteError with one sentence."""
    prepare(environment)
    owner = two_roles()
    if owner.major < OLDEST:
        raise SiteError(too_old(f"PostgreSQL {owner.major}"))
    with connections["owner"].cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s)", [MIGRATING])
        try:
            call_command("migrate", database="owner", interactive=False, verbosity=0)
            call_command("createcachetable", database="owner", verbosity=0)
            from anling.site.protecting import protect  # noqa: PLC0415  # needs the apps

            protect()
            _load(say)
        finally:
            cursor.execute("SELECT pg_advisory_unlock(%s)", [MIGRATING])
    say("The database is up to date.")


def _load(say: Callable[[str], None]) -> None:
    """Reference data that comes with the program, written as the role that serves."""
    from django.utils import timezone  # noqa: PLC0415  # needs the settings

    from anling.audit.values import machine  # noqa: PLC0415
    from anling.territory.regions import load_regions  # noqa: PLC0415

    if rows := load_regions(by=machine("migrate"), at=timezone.now()):
        say(f"{rows:,} regions loaded.")


def two_roles() -> Role:
    """The role that migrates. Raises SiteError where it serves too: it would own what it serves from."""
    owner = look("owner")
    if owner.name == look("default").name:
        raise SiteError(owning(owner.name))
    return owner


def prepare(environment: Environment) -> None:
    """Have the database running and Django set up, without looking at the tables."""
    bring_up(environment)
    django.setup()


def prepare_current(environment: Environment) -> None:
    """As `prepare`. Raises SiteError where the database lacks a migration, or binds the role by no row security."""
    prepare(environment)
    must_be_plain(look("default"))
    if behind():
        raise SiteError("The database is older than this program; run anling migrate first.")


def behind() -> bool:
    """Whether the database lacks a migration of this program."""
    from django.db.migrations.executor import MigrationExecutor  # noqa: PLC0415  # needs the apps

    executor = MigrationExecutor(connections["default"])
    return bool(executor.migration_plan(executor.loader.graph.leaf_nodes()))
