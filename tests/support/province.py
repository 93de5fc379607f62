"""A province of 2,000 people compared once in the database, for the tests of what is read of it."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pytest

from anling.access.roles import Role
from anling.audit.scope import within
from anling.audit.values import Actor, Scope
from anling.comparison.models import Run
from anling.comparison.operations import start
from anling.comparison.working import execute
from anling.synthesis import generate
from tests.support.loading import load_roster
from tests.support.platform import NOW, clerk, empty, officer

AS_OF = date(2026, 6, 30)
PROVINCE = Scope("44")


@dataclass(frozen=True)
class Office:
    """The files of the province, and a clerk who works for all of it."""

    files: Path
    clerk: Actor


@pytest.fixture(scope="module")
def office(database: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    """The roster in the database and nothing else but officers; emptied in the end."""
    del database
    empty()
    folder = tmp_path_factory.mktemp("province") / "made"
    generate(people=2000, seed=4, out=folder)
    load_roster(folder / "roster.parquet")
    officer("city", Role.CLERK, "4401")
    officer("visitor", Role.VISITOR, "44")
    yield Office(folder, clerk("44", "province"))
    empty()


@pytest.fixture(scope="module")
def finished(office: Office) -> Run:
    """The first run over the whole province, done."""
    return ended(asked(office))


def asked(office: Office, *, region: str = "44", as_of: date = AS_OF) -> Run:
    return start(region=region, as_of=as_of, reason="", by=office.clerk, at=NOW, feeds=str(office.files / "feeds"))


def ended(run: Run) -> Run:
    execute(run=run.pk, region=run.region, now=lambda: NOW)
    with within(PROVINCE):
        return Run.objects.get(pk=run.pk)
