"""Deliveries for the tests of feeds: files as departments send them, and where they are kept."""

from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from django.conf import settings

from anling import policy
from anling.audit.values import Actor
from anling.feeds.models import Batch
from anling.feeds.receiving import Delivery, Rooms, Typed, deliver
from tests.intake.given import LI, feed_file, feed_rows

POLICY = policy.load()
NOW = datetime(2024, 7, 25, 4, 0, tzinfo=UTC)
BAD_ROW = ("s5", LI, "李明", "", "2024-06-04", "discharged")
"""Without event_date: it goes to quarantine."""


def rooms(home: Path) -> Rooms:
    return Rooms(home, POLICY, "1GB")


def site_rooms() -> Rooms:
    """Where the pages and jobs of the platform under test keep theirs."""
    return Rooms(settings.HOME, POLICY, "1GB")


def good(folder: Path, name: str = "b1.csv", **changes: Any) -> Path:
    """A batch of four rows with its manifest."""
    return feed_file(folder, feed_rows(), name=name, **changes)


def spoilt(folder: Path, name: str = "b1.csv", **changes: Any) -> Path:
    """A batch of five rows, one of which breaks the contract."""
    return feed_file(folder, [*feed_rows(), BAD_ROW], name=name, **changes)


def delivery(data: Path, way: str = "command") -> Delivery:
    return Delivery(data, data.with_suffix(".json"), way)


def typed(batch: str = "b1") -> Typed:
    return Typed("insurance_inpatient", batch, date(2024, 1, 1), date(2024, 6, 30), NOW)


def delivered(data: Path, place: Rooms, by: Actor, at: datetime = NOW) -> Batch:
    return deliver(delivery=delivery(data), rooms=place, by=by, at=at)
