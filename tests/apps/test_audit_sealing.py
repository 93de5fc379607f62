"""The sealer holds the chain against its head file and leaves alone what somebody changed (N-C2; ADR 0009)."""

import random
import subprocess
import sys
import time
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import connection, connections, transaction

from anling.access.roles import Role
from anling.audit.chain import Head, Kept, read_head, write_head
from anling.audit.errors import BrokenChainError
from anling.audit.kinds import Kind
from anling.audit.models import Entry, Seal
from anling.audit.operations import record
from anling.audit.queries import state
from anling.audit.sealing import broken, newest, seal
from anling.audit.taking_up import follow
from anling.audit.tasks import seal_new
from anling.audit.values import machine
from anling.audit.verification import verify
from tests.support.command import anling, signed_in_here
from tests.support.platform import NOW, environment, officer
from tests.support.visit import visitor

pytestmark = pytest.mark.usefixtures("flushed")
KILLS = 3
SEALER = "import django; django.setup()\nfrom anling.audit.sealing import seal\nfrom django.utils.timezone import now\n"


def _write(count: int = 1) -> None:
    for number in range(count):
        with transaction.atomic():
            record(Kind.TERRITORY_LOADED, by=machine("test"), at=NOW + timedelta(minutes=number), reason=str(number))


def _as_owner(*statements: str) -> None:
    """As somebody who may do everything with the database, and has the wit to put triggers back."""
    with transaction.atomic(using="owner"), connections["owner"].cursor() as cursor:
        for table in ("audit_entry", "audit_seal"):
            cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER audit_refuse")
        for statement in statements:
            cursor.execute(statement)
        for table in ("audit_entry", "audit_seal"):
            cursor.execute(f"ALTER TABLE {table} ENABLE TRIGGER audit_refuse")


def _cut_and_edit() -> None:
    _as_owner("DELETE FROM audit_seal WHERE number > 3", "UPDATE audit_entry SET reason = 'another' WHERE reason = '4'")


def test_a_cut_tail_is_not_sealed_anew_and_the_cut_is_still_found_afterwards(tmp_path: Path) -> None:
    head = tmp_path / "head"
    _write(5)
    seal(at=NOW, head=head)
    _cut_and_edit()
    _write()
    with pytest.raises(BrokenChainError, match=r"ends with seal 3.*says seal 5"):
        seal(at=NOW, head=head)
    assert newest().number == 3
    assert verify(head=head).findings == ("The chain ends with seal 3; the kept head is seal 5: its tail was cut.",)
    assert "ends with seal 3" in broken(head=head)


@pytest.mark.parametrize("what", ["another", "gone", "damaged"])
def test_a_head_file_that_differs_is_gone_or_damaged_stops_sealing(tmp_path: Path, what: str) -> None:
    head = tmp_path / "head"
    _write(2)
    seal(at=NOW, head=head)
    if what == "another":
        write_head(head, Kept(Head(2, "0" * 64, NOW)))
    elif what == "gone":
        head.unlink()
    else:
        head.write_text("nonsense")
    _write()
    with pytest.raises(BrokenChainError):
        seal(at=NOW, head=head)
    assert not verify(head=head).whole


def test_whichever_half_of_a_seal_a_dying_process_leaves_the_next_one_goes_on(tmp_path: Path) -> None:
    head = tmp_path / "head"
    _write()
    seal(at=NOW, head=head)
    first = newest()
    write_head(head, Kept(first, Head(2, "0" * 64, NOW)))  # died before the commit
    assert (broken(head=head), verify(head=head).whole) == ("", True)
    assert seal(at=NOW, head=head) == 0
    assert read_head(head) == Kept(first)
    _write()
    seal(at=NOW, head=head)
    write_head(head, Kept(first, newest()))  # died after it
    assert (broken(head=head), verify(head=head).whole) == ("", True)
    _write()
    assert seal(at=NOW, head=head) == 1
    assert read_head(head) == Kept(newest())
    write_head(head, Kept(first))  # no process leaves it so: two seals are unknown to the file
    assert "says seal 1" in broken(head=head)


def test_sealers_that_are_killed_at_any_moment_leave_a_whole_chain() -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO audit_entry (at, kind, doer, doer_label, region, object_type, object_key, reason,"
            " policy_version, content_hash) SELECT %s, 'x', 'machine:x', 'x', '', '', '', '', '', ''"
            " FROM generate_series(1, 20000)", [NOW],
        )  # fmt: skip
    chance, stopped = random.Random(7), 0
    for _ in range(KILLS):
        code = f"{SEALER}print('ready', flush=True); seal(at=now())"
        sealer = subprocess.Popen(
            [sys.executable, "-c", code], stdout=subprocess.PIPE,
            env={**environment(), "DJANGO_SETTINGS_MODULE": "anling.site.settings"},
        )  # fmt: skip
        assert sealer.stdout
        assert sealer.stdout.readline() == b"ready\n"
        time.sleep(0.1 + chance.random())
        sealer.kill()
        stopped += sealer.wait() != 0
        sealer.stdout.close()
        assert broken() == ""
    assert stopped
    while seal(at=NOW) == 0 and newest().number < 20_000:
        time.sleep(0.2)  # PostgreSQL has not yet noticed the last one's death
    report = verify()
    assert (report.findings, report.sealed) == ((), 20_000)


def test_a_broken_chain_is_told_everywhere_and_a_person_who_answers_for_it_has_sealing_go_on() -> None:
    _write(5)
    seal(at=NOW)
    officer("audit", Role.AUDIT_ADMINISTRATOR)
    assert b"anling_trail_broken 0" in visitor().get("/metrics").content
    _cut_and_edit()
    seal_new(0)  # the job itself does not fail
    assert (newest().number, "ends with seal 3" in state().broken) == (3, True)
    assert b"anling_trail_broken 1" in visitor().get("/metrics").content
    checked = anling("check")
    assert (checked.returncode, "Nothing is sealed until the audit administrator" in checked.stdout) == (2, True)
    signed_in_here("audit")
    refused = anling("audit", "resume", "--as", "audit", "--reason", " ")
    assert (refused.returncode, "Say why." in refused.stderr) == (2, True)
    resumed = anling("audit", "resume", "--as", "audit", "--reason", "the disk was replaced")
    assert (resumed.returncode, "says seal 5" in resumed.stdout) == (0, True), resumed.stderr
    told = Entry.objects.get(kind=Kind.SEALING_RESUMED)
    assert (told.reason, "says seal 5" in str(told.before)) == ("the disk was replaced", True)
    seal_new(0)
    assert (broken(), newest().number, anling("check").returncode) == ("", Entry.objects.count(), 0)
    assert verify().findings == (
        f"The chain was broken once and sealed on by an officer: entry {told.pk} says who, when and why.",
    )
    again = anling("audit", "resume", "--as", "audit", "--reason", "once more")
    assert "sealing goes on by itself" in again.stderr


def test_the_head_of_a_backup_follows_its_dump_and_no_chain_made_by_others(tmp_path: Path) -> None:
    head = tmp_path / "head"
    _write(2)
    seal(at=NOW, head=head)
    early = read_head(head)
    assert early
    _write(2)
    seal(at=NOW, head=head)
    write_head(head, early)  # as it was copied before the dump
    assert follow(head=head)
    assert read_head(head) == Kept(newest())
    write_head(head, early)
    _as_owner("UPDATE audit_seal SET code = repeat('a', 64) WHERE number = 3")
    assert not follow(head=head)
    assert read_head(head) == early
    _as_owner("DELETE FROM audit_seal")
    assert not follow(head=head)
    assert Seal.objects.count() == 0
