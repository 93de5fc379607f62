"""The one database: our embedded server, or the one that DATABASE_URL names; from here on there is no difference."""

from __future__ import annotations

from anling.site import postgres
from anling.site.address import Address
from anling.site.environment import Environment

OLDEST = 15
"""Oldest major version of PostgreSQL whose SQL we use."""


def locate(environment: Environment) -> dict[str, Address]:
    """Where the database is, by Django's alias: `default` serves, `owner` migrates. Starts nothing.

    Where only DATABASE_URL is given, its role does both.
    """
    if environment.database:
        return {"default": environment.database, "owner": environment.owner or environment.database}
    folder = environment.home / "postgres"
    return {"default": postgres.address(folder, "app"), "owner": postgres.address(folder, "owner")}


def bring_up(environment: Environment) -> None:
    """Have the database running for as long as this process lives; raises SiteError where that cannot be done."""
    if not environment.database:
        postgres.ensure(environment.home / "postgres")
