"""Deliveries: received once, refused with a sentence, replaced by a newer one, told in the trail (N-C2)."""

import json
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from anling.access.errors import NotAllowedError
from anling.access.queries import actor_of
from anling.access.roles import Role
from anling.audit.models import Entry
from anling.feeds.models import Batch, State
from anling.feeds.operations import check
from anling.feeds.receiving import Delivery, batch_files, manifest_of, over_limit, receive, take_in
from anling.feeds.set_aside import groups
from tests.apps.deliveries import NOW, delivered, delivery, good, rooms, spoilt, typed
from tests.intake.given import feed_file, feed_rows, manifest
from tests.support.platform import DAY, clerk, officer

pytestmark = pytest.mark.usefixtures("db")


def _entries() -> Iterator[tuple[str, str]]:
    for entry in Entry.objects.order_by("pk"):
        yield entry.kind, (entry.after or {})["state"]


def test_a_delivery_is_read_counted_and_told_in_the_trail(tmp_path: Path) -> None:
    batch = delivered(spoilt(tmp_path), rooms(tmp_path / "home"), clerk())
    assert (batch.state, batch.rows, batch.quarantined) == (State.READY, 5, 1)
    assert batch.months == {"2024-03": 1, "2024-04": 1, "2024-05": 1, "2024-06": 1}
    assert (tmp_path / "home" / "store" / batch.store_key / "life.parquet").is_file()
    assert list(_entries()) == [("feeds.batch_received", "received"), ("feeds.batch_received", "ready")]
    assert Entry.objects.last().content_hash == batch.sha256  # type: ignore[union-attr]


def test_a_quarantine_above_the_limit_is_told(tmp_path: Path) -> None:
    batch = delivered(spoilt(tmp_path), rooms(tmp_path / "home"), clerk())
    assert over_limit(batch, 0.05)
    assert not over_limit(batch, 0.2)


def test_the_same_content_again_is_the_same_batch(tmp_path: Path) -> None:
    by, place = clerk(), rooms(tmp_path / "home")
    first, again = (delivered(good(tmp_path), place, by) for _ in range(2))
    assert first.pk == again.pk
    assert (Batch.objects.count(), Entry.objects.count()) == (1, 2)


def test_a_newer_delivery_of_a_name_replaces_the_earlier_one_and_both_are_kept(tmp_path: Path) -> None:
    by, place = clerk(), rooms(tmp_path / "home")
    first = delivered(spoilt(tmp_path), place, by)
    second = delivered(good(tmp_path), place, by)
    first.refresh_from_db()
    assert (first.state, first.replaced_by, second.state) == (State.REPLACED, second, State.READY)
    assert first.replaced_at == NOW
    assert place.kept_file(first).is_file()
    assert [(entry.after or {}).get("replaces") for entry in Entry.objects.order_by("pk")][-1] == first.pk


def test_an_earlier_delivery_that_is_read_last_does_not_replace_the_newer_one(tmp_path: Path) -> None:
    by, place = clerk(), rooms(tmp_path / "home")
    earlier = receive(delivery=delivery(spoilt(tmp_path)), rooms=place, by=by, at=NOW)
    newer = delivered(good(tmp_path), place, by)
    late = take_in(batch=earlier, rooms=place, by=by, at=NOW)
    assert (late.state, late.replaced_by) == (State.REPLACED, newer)
    assert Batch.objects.get(state=State.READY) == newer


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"feed": "unheard_of"}, "the catalogue does not know the feed unheard_of"),
        ({"sha256": "0" * 64}, "the content does not match the manifest's sha256; send both again"),
        ({"rows": 7}, "the manifest says 7 rows, the file has 4; check and send both again"),
        ({"covers_to": "2023-01-01"}, "covers_from is later than covers_to"),
        ({"delivered_at": "1999-01-01T00:00:00"}, "before the first catalogue"),
    ],
)
def test_what_cannot_be_used_is_refused_with_one_sentence(
    tmp_path: Path, changes: dict[str, object], sentence: str
) -> None:
    data = feed_file(tmp_path, feed_rows())
    manifest(data, **{"rows": 4, **changes})
    by, place = clerk(), rooms(tmp_path / "home")
    batch, again = (delivered(data, place, by) for _ in range(2))
    assert batch.state == State.REFUSED
    assert sentence in batch.refusal
    assert Entry.objects.filter(kind="feeds.batch_refused").last().reason == batch.refusal  # type: ignore[union-attr]
    assert again.refusal == batch.refusal


def test_a_file_without_a_manifest_is_refused_by_its_name(tmp_path: Path) -> None:
    data = good(tmp_path)
    data.with_suffix(".json").unlink()
    batch = delivered(data, rooms(tmp_path / "home"), clerk())
    assert "the manifest b1.json is missing; add it" in batch.refusal


def test_a_refused_redelivery_leaves_the_earlier_batch_in_force(tmp_path: Path) -> None:
    by, place = clerk(), rooms(tmp_path / "home")
    first = delivered(good(tmp_path), place, by)
    second = delivered(spoilt(tmp_path, headers=("a", "b", "c", "d", "e", "f")), place, by)
    first.refresh_from_db()
    assert (first.state, second.state) == (State.READY, State.REFUSED)


def test_of_a_typed_manifest_hash_and_rows_are_computed(tmp_path: Path) -> None:
    data = good(tmp_path)
    place, by = rooms(tmp_path / "home"), clerk()
    batch = receive(delivery=Delivery(data, typed(), "page"), rooms=place, by=by, at=NOW)
    assert (batch.declared_rows, batch.rows) == (None, None)
    assert batch.sha256 == json.loads(data.with_suffix(".json").read_text())["sha256"]
    assert take_in(batch=batch, rooms=place, by=by, at=NOW).rows == 4


def test_killed_between_reading_and_recording_a_second_try_ends_the_same(tmp_path: Path) -> None:
    place, by = rooms(tmp_path / "home"), clerk()
    batch = receive(delivery=delivery(spoilt(tmp_path)), rooms=place, by=by, at=NOW)
    check(batch=batch, by=by)
    place.intake().batch(batch_files(batch, place), manifest_of(batch))  # the store has it, the batch does not know
    batch.refresh_from_db()
    assert batch.state == State.CHECKING
    again = delivered(tmp_path / "insurance_inpatient" / "b1.csv", place, by)
    assert (again.pk, again.state, again.rows, again.quarantined) == (batch.pk, State.READY, 5, 1)
    assert len(list((place.store / "feeds" / "insurance_inpatient").iterdir())) == 1


def test_rows_set_aside_are_shown_again_where_the_store_is_gone(tmp_path: Path) -> None:
    place = rooms(tmp_path / "home")
    batch = delivered(spoilt(tmp_path), place, clerk())
    before = groups(batch, place)
    shutil.rmtree(place.store)
    assert [group.rows for group in before] == [1]
    assert groups(batch, place) == before


@pytest.mark.parametrize("role", [Role.REVIEWER, Role.SUPERVISOR, Role.SYSTEM_ADMINISTRATOR])
def test_only_who_may_import_receives(tmp_path: Path, role: Role) -> None:
    region = "" if role is Role.SYSTEM_ADMINISTRATOR else "44"
    with pytest.raises(NotAllowedError, match="Clerk"):
        delivered(good(tmp_path), rooms(tmp_path / "home"), actor_of(officer("other", role, region), DAY))
    assert Batch.objects.count() == 0


def test_a_clerk_of_one_city_does_not_replace_what_came_for_the_province(tmp_path: Path) -> None:
    place = rooms(tmp_path / "home")
    delivered(good(tmp_path), place, clerk("44", "province"))
    with pytest.raises(NotAllowedError, match="region 44"):
        delivered(spoilt(tmp_path), place, clerk("4401", "city"))
    assert Batch.objects.get().state == State.READY
