"""Sealing: late entries, one sealer, writers that do not wait, and the command that verifies (N-C2; ADR 0009)."""

import json
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import connection, connections, transaction

from anling.access.roles import Role
from anling.audit.chain import Kept, read_head
from anling.audit.kinds import Kind
from anling.audit.locks import SEALING
from anling.audit.models import Entry, Seal
from anling.audit.operations import record
from anling.audit.sealing import newest, seal
from anling.audit.values import machine
from anling.audit.verification import verify
from tests.support.command import anling, signed_in_here
from tests.support.platform import NOW, officer


def _record(minutes: int = 0, reason: str = "") -> Entry:
    with transaction.atomic():
        return record(Kind.TERRITORY_LOADED, by=machine("test"), at=NOW + timedelta(minutes=minutes), reason=reason)


@pytest.mark.usefixtures("flushed")
def test_an_entry_that_is_committed_late_is_sealed_late_and_in_order_of_sealing(tmp_path: Path) -> None:
    first = _record()
    with connections["owner"].cursor() as cursor:
        cursor.execute("SELECT nextval(pg_get_serial_sequence('audit_entry', 'id'))")
        late = cursor.fetchone()[0]
    third = _record(1)
    seal(at=NOW, head=tmp_path / "head")
    Entry.objects.create(pk=late, at=NOW, kind=Kind.TERRITORY_LOADED, doer="machine:test", doer_label="test")
    report = verify(head=tmp_path / "head")
    assert (report.unsealed, report.unsealed_ids, report.whole) == (1, (late, late), True)
    seal(at=NOW, head=tmp_path / "head")
    assert list(Seal.objects.order_by("number").values_list("entry", flat=True)) == [first.pk, third.pk, late]
    assert verify(head=tmp_path / "head").whole


@pytest.mark.usefixtures("flushed")
def test_while_one_process_seals_others_leave_it_and_writers_do_not_wait(tmp_path: Path) -> None:
    with connections["owner"].cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s)", [SEALING])
        with connection.cursor() as app:
            app.execute("SET lock_timeout = '1s'")
            _record()
            app.execute("RESET lock_timeout")
        assert seal(at=NOW, head=tmp_path / "head") == 0
        cursor.execute("SELECT pg_advisory_unlock(%s)", [SEALING])
    assert seal(at=NOW, head=tmp_path / "head") == 1
    assert read_head(tmp_path / "head") == Kept(newest())


@pytest.mark.usefixtures("flushed")
def test_thousands_are_sealed_at_once(tmp_path: Path) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO audit_entry (at, kind, doer, doer_label, region, object_type, object_key, reason,"
            " policy_version, content_hash) SELECT %s, 'x', 'machine:x', 'x', '', '', '', '', '', ''"
            " FROM generate_series(1, 12000)", [NOW],
        )  # fmt: skip
    assert seal(at=NOW, head=tmp_path / "head") == 12_000
    seen: list[int] = []
    assert verify(head=tmp_path / "head", progress=seen.append).whole
    assert seen == [2_000, 4_000, 6_000, 8_000, 10_000, 12_000]


@pytest.mark.usefixtures("flushed")
def test_the_command_says_what_was_found_and_by_its_status_that_something_was() -> None:
    officer("audit", Role.AUDIT_ADMINISTRATOR)
    _record(reason="one")
    _record(reason="two")
    seal(at=NOW)
    signed_in_here("audit")
    head = anling("audit", "head").stdout.strip()
    right = anling("audit", "verify", "--as", "audit", "--kept", head)
    assert (right.returncode, "2 seals read" in right.stdout, "all as written" in right.stdout) == (0, True, True)
    with transaction.atomic(using="owner"), connections["owner"].cursor() as cursor:
        cursor.execute("ALTER TABLE audit_entry DISABLE TRIGGER audit_refuse")
        cursor.execute("UPDATE audit_entry SET reason = 'three' WHERE reason = 'one'")
        cursor.execute("ALTER TABLE audit_entry ENABLE TRIGGER audit_refuse")
    wrong = anling("audit", "verify", "--as", "audit")
    assert (wrong.returncode, wrong.stdout.splitlines()[0].startswith("Entry 1 ")) == (1, True)
    told = json.loads(anling("audit", "verify", "--as", "audit", "--json").stdout)
    assert (told["sealed"], len(told["findings"])) == (2, 1)
    assert anling("audit", "verify", "--as", "audit", "--kept", "nonsense").returncode == 2
