"""What this installation is, for the page of the system administrator: what the environment sets, never a secret."""

from __future__ import annotations

import os
import platform
import shutil
from dataclasses import dataclass

import django
from django.conf import settings
from django.db import connections

import anling
from anling.site.database import locate
from anling.site.diagnosis import Item, diagnose_running
from anling.site.environment import Environment, read_environment


@dataclass(frozen=True, slots=True)
class Installation:
    """server: address and name of the database; roles: who serves and who migrates, without passwords; disk: bytes."""

    home: str
    server: str
    embedded: bool
    roles: tuple[str, ...]
    hosts: tuple[str, ...]
    demo: bool
    https: bool
    disk_free: int
    disk_total: int
    versions: tuple[tuple[str, str], ...]
    diagnosis: tuple[Item, ...]


def describe() -> Installation:
    """This installation as the process that serves sees it; what `anling check` finds is looked at anew."""
    variables = {**os.environ, "ANLING_HOME": str(settings.HOME)}
    environment = read_environment(variables)
    disk = shutil.disk_usage(environment.home)
    try:
        items = tuple(diagnose_running(variables))
    finally:
        connections["owner"].close()  # a server has no use for that role but this look
    found = {item.name: item.en for item in items}
    return Installation(
        str(environment.home), _server(environment), environment.database is None, _roles(environment),
        environment.hosts, environment.demo, environment.https, disk.free, disk.total,
        (
            ("Anling", anling.__version__), ("Python", platform.python_version()),
            ("Django", django.get_version()), ("PostgreSQL", found.get("version", "").removeprefix("PostgreSQL ")),
        ),
        items,
    )  # fmt: skip


def _server(environment: Environment) -> str:
    address = locate(environment)["default"]
    return f"{address.host}:{address.port}/{address.name}" if environment.database else str(address.host)


def _roles(environment: Environment) -> tuple[str, ...]:
    return tuple(dict.fromkeys(address.user for address in locate(environment).values()))
