"""Whatever the owner of the database does to a sealed trail is found (N-C2; ADR 0009)."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from django.db import connections, transaction
from django.db.utils import DatabaseError
from django.test import override_settings

from anling.audit.chain import Head, Kept, read_head
from anling.audit.models import Seal
from anling.audit.sealing import newest
from anling.audit.verification import verify
from tests.support.platform import empty
from tests.support.trail import trail, unfound


@pytest.fixture(scope="module")
def sealed(database: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A trail of 120 sealed entries; its head file."""
    del database
    head = tmp_path_factory.mktemp("trail") / "head"
    trail(120, head)
    yield head
    empty()


def test_an_untouched_trail_is_whole_and_its_head_is_kept(sealed: Path) -> None:
    report = verify(head=sealed)
    assert (report.findings, report.sealed, report.unsealed) == ((), 120, 0)
    assert read_head(sealed) == Kept(newest())
    assert list(Seal.objects.values_list("number", flat=True).order_by("number")) == list(range(1, 121))


def test_two_hundred_tamperings_are_found_and_nothing_is_left_of_them(sealed: Path) -> None:
    missed, found = unfound(200, 7, sealed)
    assert (missed, found) == ([], 200)
    assert verify(head=sealed).whole


def test_heads_kept_elsewhere_show_what_the_head_file_cannot(sealed: Path) -> None:
    """Database and head file set back together look whole; a head kept elsewhere tells."""
    assert verify(head=sealed, kept_elsewhere=[newest()]).whole
    anew, cut = Head(120, "0" * 64), Head(121, "0" * 64)
    assert "made anew" in verify(head=sealed, kept_elsewhere=[anew]).findings[0]
    assert "tail was cut" in verify(head=sealed, kept_elsewhere=[cut]).findings[0]


def test_a_chain_made_with_another_key_is_found(sealed: Path) -> None:
    with override_settings(AUDIT_KEY="another"):
        report = verify(head=sealed)
    assert (len(report.findings), report.more) == (100, 20)


@pytest.mark.parametrize("statement", ["UPDATE {} SET {}", "DELETE FROM {}"])
def test_the_owner_cannot_change_the_trail_in_passing(sealed: Path, statement: str) -> None:
    del sealed
    for table, change in (("audit_entry", "reason = 'x'"), ("audit_seal", "code = 'x'")):
        with pytest.raises(DatabaseError, match="append-only"), transaction.atomic(using="owner"):
            connections["owner"].cursor().execute(statement.format(table, change))
