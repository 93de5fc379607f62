"""Notices of a region, for tests that need one of each."""

from datetime import date, datetime

from anling.audit.scope import within
from anling.audit.values import Actor, Scope
from anling.notices import consenting, letters, operations
from anling.notices.models import Kind, Notice
from anling.roster.models import Benefit
from anling.rules.months import Month
from tests.support.client import NUMBER, person
from tests.support.holdings import Arguments, Posted
from tests.support.platform import NOW, clerk

AUGUST = Month.of(2026, 8)
PROVINCE = Scope("44")


def benefit(region: str = "440104", **fields: object) -> Benefit:
    """A benefit whose recipient has a telephone and an address, and whose clock runs out in August 2026."""
    known = {"phone": "13800000001", "address": "越秀区东风路1号", "approval_month": date(2025, 7, 1)}
    with within(Scope(region[:2])):
        key = person(NUMBER, region, 1, **{**known, **fields})
        return Benefit.objects.get(person=key)


def notice(told: Benefit, about: str = "2026-08:30", username: str = "who-told", by: Actor | None = None) -> Notice:
    """A warning about August 2026 that waits."""
    by = by or clerk(told.region, username)
    with within(Scope(told.region[:2])):
        return operations.queue(
            benefit=told, kind=Kind.WARNING, about=about, stop_month=AUGUST,
            values={"until": "2026-07", "stop": "2026-08"}, by=by, at=NOW,
        )  # fmt: skip


def invited(told: Benefit | None = None, at: datetime = NOW) -> str:
    """The token of a link for the recipient of a benefit."""
    told = told or benefit()
    with within(PROVINCE):
        return consenting.invite(benefit=told.pk, by=clerk(told.region, "who-invited"), at=at)


def batch(region: str) -> int:
    """A printed batch of one letter."""
    waiting = notice(benefit(region, phone=""))
    with within(Scope(region)):
        made = letters.take_letters(by=clerk(region, "who-printed"), at=NOW)
    assert waiting.channel == "post"
    return int(made.pk)


def a_notice(region: str) -> tuple[Arguments, Posted]:
    return {"key": notice(benefit(region)).pk}, {}


def a_notice_to_cancel(region: str) -> tuple[Arguments, Posted]:
    return {"key": notice(benefit(region)).pk}, {"do": "cancel", "reason": "she came to the counter"}


def a_batch(region: str) -> tuple[Arguments, Posted]:
    return {"key": batch(region)}, {}


def a_batch_to_print(region: str) -> tuple[Arguments, Posted]:
    return {"key": batch(region)}, {"read": "yes"}
