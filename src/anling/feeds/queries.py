"""Reads: deliveries, and what they say of each department on a day (N-C2). Every officer's scope may look at them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from django.db import connection
from django.db.models import Q, QuerySet

from anling.audit.scope import current
from anling.audit.wording import worded
from anling.feeds.errors import FeedsError
from anling.feeds.models import OPEN, Batch, State
from anling.matching.health import Health, SourceHealth, health_of_sources, judge_volume, period
from anling.policy.catalogue import Catalogue, Feed
from anling.policy.decision_file import HealthRule
from anling.rules.months import Month

CHINA = ZoneInfo("Asia/Shanghai")
GRID_MONTHS = 24
"""How many months the grid of a feed shows."""

_COLUMNS = (
    "pk", "feed", "batch", "covers_from", "covers_to", "delivered_at", "rows", "quarantined", "months", "corrects",
)  # fmt: skip


def batches(*, feed: str = "", state: str = "") -> QuerySet[Batch]:
    """Deliveries, the newest first, of one feed or in one state where that is asked."""
    current()
    found = Batch.objects.all()
    if feed:
        found = found.filter(feed=feed)
    return found.filter(state=state) if state else found


def batch(key: int) -> Batch:
    """One delivery. Raises FeedsError where there is none of that number."""
    current()
    found = Batch.objects.select_related("replaced_by", "corrects").filter(pk=key).first()
    if found is None:
        raise FeedsError(worded("There is no delivery %(key)s; look for it in the list of deliveries.", key=key))
    return found


def history(of: Batch) -> list[Batch]:
    """All deliveries of the same name, the newest first, and those that correct one of them."""
    current()
    same = Q(feed=of.feed, batch=of.batch)
    return list(Batch.objects.filter(same | Q(corrects__feed=of.feed, corrects__batch=of.batch)).distinct()[:50])


def ready(on: date, known_at: datetime | None = None) -> list[Batch]:
    """The batches that a comparison as of a day rests on: delivered by then, and the newest of their name.

    known_at: those on which a comparison rested that was made at that moment; None: now.
    """
    current()
    return list((_ready_then(on, known_at) if known_at else _ready(on)).order_by("feed", "batch", "pk"))


def unfinished(before: datetime) -> list[Batch]:
    """Deliveries entered before a moment and still not settled."""
    current()
    return list(Batch.objects.filter(state__in=OPEN, received_at__lt=before).order_by("pk"))


@dataclass(frozen=True, slots=True)
class InForce:
    """A delivery that counts on a day: read, and the newest of its name. months: accepted rows by month, yyyy-MM.

    corrects: key of the delivery whose quarantine it brings again.
    """

    key: int
    feed: str
    batch: str
    covers_from: date
    covers_to: date
    delivered_at: datetime
    rows: int
    quarantined: int
    months: Mapping[str, int]
    corrects: int | None


@dataclass(frozen=True, slots=True)
class FeedHealth:
    """A feed on a day. rows, quarantined: of all deliveries in force that cover a day of the period.

    A row that was put right and came again counts once, by what became of it then. faulty: more of them are in
    quarantine than the policy bears, so that somebody's sign of life may be among them (N-C2).
    """

    feed: Feed
    source: SourceHealth
    deliveries: int
    rows: int
    quarantined: int
    faulty: bool
    last: InForce | None

    @property
    def error_rate(self) -> float | None:
        """Share of the delivered rows in quarantine; None without rows."""
        return self.quarantined / self.rows if self.rows else None


@dataclass(frozen=True, slots=True)
class MonthCell:
    """One month of a feed. state: None where the month is not due yet and nothing came."""

    month: Month
    rows: int
    expected: float | None
    covered: bool
    state: Health | None


def health(*, catalogue: Catalogue, rule: HealthRule, recipients: int, on: date) -> list[FeedHealth]:
    """The health of every feed of the catalogue on a day, by the rule that a comparison uses, in order of codes.

    As long as the roster is empty nothing can be expected of a feed: then its rows are not judged.
    """
    current()
    if not recipients:
        catalogue = _expecting_nothing(catalogue)
    found: dict[str, list[InForce]] = {code: [] for code in catalogue.feeds}
    for each in _in_force(_ready(on)):
        found.get(each.feed, []).append(each)
    delivered = [each for known in found.values() for each in known]
    sources = health_of_sources(catalogue, delivered, recipients=recipients, as_of=on, rule=rule)
    return [_feed_health(catalogue.feeds[source.feed], source, found[source.feed], rule) for source in sources]


def grid(*, feed: Feed, rule: HealthRule, recipients: int, on: date) -> list[MonthCell]:
    """The last months of a feed up to the day's, the oldest first: what came against what was to be expected."""
    current()
    known = _in_force(_ready(on).filter(feed=feed.code))
    last = Month.of_date(on)
    _, due = period(feed, on)
    share = feed.expected_per_1000_month
    expected = None if share is None or not recipients else share * recipients / 1000
    months = (last - (GRID_MONTHS - 1 - place) for place in range(GRID_MONTHS))
    return [_cell(month, known, expected, rule, due) for month in months]


def recipients() -> int:
    """About how many benefits the roster holds, in all regions, whoever asks.

    What a department sends covers every region, but an officer counts only the rows of theirs. PostgreSQL's own
    estimate is at most some per cent off, which matters to no threshold; where it has none, the visible rows count.
    """
    current()
    with connection.cursor() as cursor:
        cursor.execute("SELECT reltuples::bigint FROM pg_class WHERE oid = 'roster_benefit'::regclass")
        estimated = int(cursor.fetchone()[0])
        if estimated <= 0:
            cursor.execute("SELECT count(*) FROM roster_benefit")
            estimated = int(cursor.fetchone()[0])
    return estimated


def _ready(on: date) -> QuerySet[Batch]:
    end = _end(on)
    in_force = Q(state=State.READY) | Q(state=State.REPLACED, replaced_at__gte=end, settled_at__lt=end)
    return Batch.objects.filter(in_force, delivered_at__lt=end)


def _ready_then(on: date, moment: datetime) -> QuerySet[Batch]:
    """As `_ready`, with the states that batches had at a moment."""
    end = _end(on)
    not_yet_replaced = Q(state=State.READY) | Q(state=State.REPLACED, replaced_at__gt=moment)
    in_force = not_yet_replaced | Q(state=State.REPLACED, replaced_at__gte=end, settled_at__lt=end)
    return Batch.objects.filter(in_force, settled_at__lte=moment, delivered_at__lt=end)


def _end(on: date) -> datetime:
    return datetime.combine(on + timedelta(days=1), datetime.min.time(), CHINA)


def _expecting_nothing(catalogue: Catalogue) -> Catalogue:
    feeds = {code: replace(feed, expected_per_1000_month=None) for code, feed in catalogue.feeds.items()}
    return replace(catalogue, feeds=feeds)


def _in_force(found: QuerySet[Batch]) -> list[InForce]:
    return [InForce(*row) for row in found.values_list(*_COLUMNS)]


def _feed_health(feed: Feed, source: SourceHealth, known: Sequence[InForce], rule: HealthRule) -> FeedHealth:
    first, last = (month.first_day for month in (source.period[0], source.period[1] + 1))
    inside = [each for each in known if each.covers_to >= first and each.covers_from < last]
    rows, quarantined = _rows_and_quarantined(inside)
    faulty = quarantined > rule.faulty_over * rows
    newest = max(known, key=lambda each: (each.delivered_at, each.key), default=None)
    return FeedHealth(feed, source, len(known), rows, quarantined, faulty, newest)


def _rows_and_quarantined(deliveries: Sequence[InForce]) -> tuple[int, int]:
    """All rows and those in quarantine; what came again as a correction is no longer counted where it came first."""
    rows = {each.key: each.rows for each in deliveries}
    quarantined = {each.key: each.quarantined for each in deliveries}
    for each in deliveries:
        if each.corrects in quarantined:
            again = min(each.rows, quarantined[each.corrects])
            rows[each.corrects] -= again
            quarantined[each.corrects] -= again
    return sum(rows.values()), sum(quarantined.values())


def _cell(month: Month, known: Sequence[InForce], expected: float | None, rule: HealthRule, due: Month) -> MonthCell:
    rows = sum(each.months.get(str(month), 0) for each in known)
    first, after = month.first_day, (month + 1).first_day
    covered = any(each.covers_from < after and each.covers_to >= first for each in known)
    return MonthCell(month, rows, expected, covered, _month_state(rows, expected, covered, rule, month <= due))


def _month_state(rows: int, expected: float | None, covered: bool, rule: HealthRule, due: bool) -> Health | None:
    if not due:
        return Health.HEALTHY if rows else None
    if not covered or (rows <= rule.missing_rows and expected is not None and expected >= 1):
        return Health.MISSING
    return judge_volume(rows, expected, rule)
