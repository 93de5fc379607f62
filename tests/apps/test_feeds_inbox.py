"""The watched folder: whole pairs are taken, growing ones left alone, two workers do not meet (N-C2)."""

import os
import threading
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from django.db import connection, connections

from anling.audit.locks import INBOX
from anling.audit.models import Entry
from anling.feeds.inbox import PATIENCE, look
from anling.feeds.models import Batch
from anling.feeds.receiving import Rooms
from tests.apps.deliveries import NOW, delivered, good, rooms, spoilt
from tests.support.platform import clerk

SOON = NOW + timedelta(seconds=60)


@pytest.fixture
def place(tmp_path: Path, flushed: None) -> Rooms:
    del flushed
    return rooms(tmp_path)


def _aged(data: Path) -> Path:
    """A pair that was put down at NOW."""
    for path in (data, data.with_suffix(".json")):
        os.utime(path, (NOW.timestamp(), NOW.timestamp()))
    return data


def _names(folder: Path) -> set[str]:
    return {path.name for path in folder.glob("*")}


def test_a_whole_pair_becomes_a_batch_and_lies_with_what_was_taken(place: Rooms) -> None:
    _aged(spoilt(place.home / "inbox"))
    (batch,) = look(rooms=place, at=SOON)
    assert (batch.state, batch.rows, batch.quarantined, batch.way) == ("ready", 5, 1, "inbox")
    assert Entry.objects.last().doer == "machine:inbox"  # type: ignore[union-attr]
    assert _names(place.home / "inbox" / "insurance_inpatient") == set()
    assert _names(place.home / "inbox" / "taken" / "insurance_inpatient") == {"b1.csv", "b1.json"}
    assert look(rooms=place, at=SOON) == []


def test_what_is_refused_lies_apart_with_its_sentence(place: Rooms) -> None:
    _aged(good(place.home / "inbox", feed="police_deaths"))
    (batch,) = look(rooms=place, at=SOON)
    folder = place.home / "inbox" / "refused" / "police_deaths"
    assert _names(folder) == {"b1.csv", "b1.json", "b1.txt"}
    assert (folder / "b1.txt").read_text().strip() == batch.refusal
    assert "does not know the feed police_deaths" in batch.refusal


def test_a_growing_file_is_left_alone_until_it_is_whole(place: Rooms) -> None:
    data = good(place.home / "inbox")
    whole = data.read_bytes()
    data.write_bytes(whole[:100])
    _aged(data)
    assert look(rooms=place, at=SOON) == []
    assert data.is_file()
    data.write_bytes(whole)
    assert [batch.state for batch in look(rooms=place, at=SOON)] == ["ready"]


def test_a_file_that_stays_broken_is_refused_in_the_end(place: Rooms) -> None:
    data = good(place.home / "inbox")
    data.write_bytes(data.read_bytes()[:100])
    _aged(data)
    (batch,) = look(rooms=place, at=NOW + timedelta(seconds=PATIENCE + 1))
    assert "the content does not match the manifest" in batch.refusal


def test_a_file_without_its_manifest_waits_for_it(place: Rooms) -> None:
    data = good(place.home / "inbox")
    data.with_suffix(".json").unlink()
    assert look(rooms=place, at=NOW + timedelta(days=1)) == []
    assert data.is_file()


def test_another_delivery_of_a_name_is_kept_beside_the_first(place: Rooms) -> None:
    for make in (spoilt, good):
        _aged(make(place.home / "inbox"))
        look(rooms=place, at=SOON)
    taken = _names(place.home / "inbox" / "taken" / "insurance_inpatient")
    assert taken == {"b1.csv", "b1.json", "b1-20240725T040100.csv", "b1-20240725T040100.json"}
    assert [batch.state for batch in Batch.objects.order_by("pk")] == ["replaced", "ready"]


def test_a_file_too_large_for_the_memory_is_refused_and_the_next_ones_come_in(place: Rooms) -> None:
    _aged(good(place.home / "inbox", name="b1.csv"))
    _aged(good(place.home / "inbox", name="b2.csv"))
    small = replace(place, memory="100KB")
    refused = look(rooms=small, at=SOON)
    assert [batch.state for batch in refused] == ["refused", "refused"]
    assert "the memory limit is too low" in refused[0].refusal
    assert _names(place.home / "inbox" / "insurance_inpatient") == set()


def test_a_file_that_cannot_be_read_is_refused_and_the_next_one_comes_in(place: Rooms) -> None:
    broken = _aged(good(place.home / "inbox", name="a.csv"))
    broken.unlink()
    broken.symlink_to("/proc/self/mem")  # a plain file to look at; reading its first byte is an I/O error
    _aged(good(place.home / "inbox", name="b.csv"))
    later = datetime.now(UTC) + timedelta(seconds=PATIENCE + 60)
    found = look(rooms=place, at=later)
    assert [(batch.file_name, batch.state) for batch in found] == [("a.csv", "refused"), ("b.csv", "ready")]
    assert "cannot be read" in found[0].refusal
    assert look(rooms=place, at=later) == []


def test_while_the_machine_is_in_trouble_a_pair_stays_and_holds_up_no_other(place: Rooms) -> None:
    _aged(good(place.home / "inbox", name="a.csv"))
    _aged(good(place.home / "inbox", feed="insurance_outpatient"))
    in_the_way = place.home / "inbox" / "taken" / "insurance_inpatient"
    in_the_way.parent.mkdir()
    in_the_way.touch()  # where its folder should be
    assert [batch.feed for batch in look(rooms=place, at=SOON)] == ["insurance_outpatient"]
    in_the_way.unlink()
    assert [batch.feed for batch in look(rooms=place, at=SOON)] == ["insurance_inpatient"]
    assert Batch.objects.count() == 2


def test_two_workers_take_each_pair_once(place: Rooms) -> None:
    for number in range(6):
        _aged(good(place.home / "inbox", name=f"b{number}.csv"))
    taken: list[Batch] = []

    def work() -> None:
        try:
            taken.extend(look(rooms=place, at=SOON))
        finally:
            connections.close_all()

    workers = [threading.Thread(target=work) for _ in range(2)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert sorted(batch.batch for batch in taken) == [f"b{number}" for number in range(6)]
    assert Batch.objects.count() == 6


def test_while_another_worker_looks_nothing_is_touched(place: Rooms) -> None:
    _aged(good(place.home / "inbox"))
    with connections["owner"].cursor() as other:
        other.execute("SELECT pg_advisory_lock(%s)", [INBOX])
        assert look(rooms=place, at=SOON) == []
        other.execute("SELECT pg_advisory_unlock(%s)", [INBOX])
    assert len(look(rooms=place, at=SOON)) == 1


def test_killed_before_the_files_were_moved_the_next_look_only_moves_them(place: Rooms) -> None:
    data = _aged(spoilt(place.home / "inbox"))
    before = data.read_bytes(), data.with_suffix(".json").read_bytes()
    look(rooms=place, at=SOON)
    data.write_bytes(before[0])
    data.with_suffix(".json").write_bytes(before[1])
    look(rooms=place, at=SOON)
    assert Batch.objects.get().state == "ready"
    assert not data.exists()


def test_a_failing_trail_leaves_no_delivery(place: Rooms, tmp_path: Path) -> None:
    by, data = clerk(), good(tmp_path / "sent")
    role = connection.settings_dict["USER"]
    with connections["owner"].cursor() as owner:
        owner.execute(f'REVOKE INSERT ON audit_entry FROM "{role}"')
        try:
            with pytest.raises(Exception, match="permission denied"):
                delivered(data, place, by)
        finally:
            owner.execute(f'GRANT INSERT ON audit_entry TO "{role}"')
    assert Batch.objects.count() == 0
    assert delivered(data, place, by).state == "ready"
