"""The platform under test: a home of its own, its embedded server, tables made by the owner, tests run as the app role.

Import the fixtures into a conftest: `from tests.support.platform import database, db, flushed`. Importing this module
sets Django up, once per process, on a home in a temporary folder.
"""

import atexit
import os
import shutil
import signal
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import UTC, date, datetime
from functools import cache
from pathlib import Path

import django
import pytest

from tests.support.prepared import move_into

DAY = date(2026, 7, 1)
NOW = datetime(2026, 7, 1, 2, 0, tzinfo=UTC)


def _home() -> Path:
    """Not under pytest's own folder, which nobody but root may enter when root runs the tests."""
    path = Path(tempfile.mkdtemp(prefix="anling-apps-"))
    path.chmod(0o711)
    atexit.register(shutil.rmtree, path, ignore_errors=True)
    return path


HOME = _home()


def environment() -> dict[str, str]:
    """The variables under which a command works on this platform."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("ANLING_")}
    # DATABASE_URL and DATABASE_OWNER_URL stay: `script/test --server` names its server there
    return {**kept, "ANLING_HOME": str(HOME), "ANLING_DEMO": "1", "PYTHONUTF8": "1"}


def _set_up() -> None:
    if "DATABASE_URL" not in os.environ:
        move_into(HOME)  # before the settings read the passwords that lie there
    before = dict(os.environ)
    os.environ.update(environment(), DJANGO_SETTINGS_MODULE="anling.site.settings")
    try:
        django.setup()
    finally:
        os.environ.clear()
        os.environ.update(before)


_set_up()

from django.conf import settings  # noqa: E402
from django.contrib.auth.hashers import make_password  # noqa: E402
from django.db import connections, transaction  # noqa: E402

from anling.access.models import Grant, Officer  # noqa: E402
from anling.access.queries import actor_of  # noqa: E402
from anling.access.roles import Role  # noqa: E402
from anling.audit.values import Actor  # noqa: E402
from anling.site.environment import read_environment  # noqa: E402
from anling.site.migrating import migrate  # noqa: E402
from anling.site.postgres.layout import Layout  # noqa: E402

PASSWORD = "correct horse battery"


@pytest.fixture(scope="session")
def database() -> Iterator[None]:
    """The server with all tables, for the whole session."""
    migrate(read_environment(environment()))
    _hurry()
    empty()  # of what the loading of regions told the trail
    yield
    connections.close_all()


def _hurry() -> None:
    """Nobody pulls the plug of a test: the embedded server need not wait for the disk at each commit.

    Nor does it clean up by itself: that and a test which makes its tables anew would wait for each other.
    """
    layout = Layout(HOME / "postgres")
    if not layout.data.exists():
        return  # a server of DATABASE_URL
    with (layout.data / "postgresql.auto.conf").open("a", encoding="utf-8") as file:
        file.write("fsync = off\nfull_page_writes = off\nautovacuum = off\n")
    os.kill(int((layout.data / "postmaster.pid").read_text().split()[0]), signal.SIGHUP)


@pytest.fixture
def db(database: None) -> Iterator[None]:
    """A test inside one transaction of the app role, which never holds."""
    del database
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


@pytest.fixture
def flushed(database: None) -> Iterator[None]:
    """A test whose transactions hold, for what happens at a commit or in another process."""
    del database
    yield
    empty()


def empty() -> None:
    """Empty every table but those of migrations and content types, as the owner.

    A table that takes no room on the disk was not written to, not even by a transaction that did not hold.
    """
    with ExitStack() as stack:
        cursor = stack.enter_context(connections["owner"].cursor())
        cursor.execute(
            "SELECT quote_ident(relname) FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace"
            " AND pg_relation_size(oid) > 0 AND relname NOT IN ('django_migrations', 'django_content_type',"
            " 'auth_permission', 'territory_region', 'territory_source')"
        )
        if names := ", ".join(name for (name,) in cursor.fetchall()):
            cursor.execute(f"TRUNCATE {names} RESTART IDENTITY CASCADE")
    Path(settings.AUDIT_HEAD).unlink(missing_ok=True)  # or the emptied trail would be one whose tail was cut


@cache
def _hashed() -> str:
    """Once for all test officers: a hash that holds against guessing takes its time, a third of a second each."""
    return make_password(PASSWORD)


def officer(username: str, role: Role, region: str = "", **fields: object) -> Officer:
    """An officer with one grant and the password of all test officers."""
    made = Officer.objects.create(
        username=username, password=_hashed(), name=str(fields.pop("name", username)), **fields
    )
    Grant.objects.create(officer=made, role=role, region=region, valid_from=date(2020, 1, 1))
    return made


def clerk(region: str = "44", username: str = "clerk") -> Actor:
    """A clerk as a doer."""
    return actor_of(officer(username, Role.CLERK, region), DAY)
