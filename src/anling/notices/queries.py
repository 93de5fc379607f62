"""Reads of notices, within the scope of the caller."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from django.db import connection
from django.db.models import QuerySet

from anling.audit import scope
from anling.notices.models import Channel, Kind, LetterBatch, Notice, State, Subscription, WrongContact
from anling.notices.words import Said, Template, templates
from anling.rules.months import Month

COUNTED = 1_000
"""Rows up to which notices are counted; there may be more."""
_LAST = "~"
"""Sorts after every digit: the end of a range of region codes."""


class Warned(StrEnum):
    """What became of the warnings of one stop month: the best that any of them reached.

    delivered: one arrived; under_way: one waits or was sent; undeliverable: none arrived, a human attempt is required
    (platform.md, "States"); none: there is none.
    """

    DELIVERED = "delivered"
    UNDER_WAY = "under_way"
    UNDELIVERABLE = "undeliverable"
    NONE = "none"


WARNED = """
SELECT w.benefit_id, w.stop_month, CASE
    WHEN bool_or(w.state = 'delivered') THEN 'delivered'
    WHEN bool_or(w.state IN ('queued', 'sent')) THEN 'under_way'
    WHEN bool_or(w.state = 'undeliverable') THEN 'undeliverable' ELSE 'none' END AS warned,
    min(w.ended_at) FILTER (WHERE w.state = 'delivered') AS warned_at
FROM notices_notice w WHERE w.kind = 'warning'
GROUP BY w.benefit_id, w.stop_month
"""
"""One row for a benefit and stop month of which there are warnings, by the words of Warned: join it by both, LEFT, and
take null for 'none'. warned_at: when the first one arrived. For queries over a province."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a list of notices is asked for; empty means any."""

    kind: str = ""
    state: str = ""
    unreached: bool = False
    channel: str = ""
    region: str = ""


def warned(benefits: Iterable[int], stop_month: Month) -> Mapping[int, Warned]:
    """What became of the warnings of many benefits for one stop month; every benefit that was asked for is answered."""
    scope.current()
    asked = list(benefits)
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT benefit_id, warned FROM ({WARNED}) AS found WHERE benefit_id = ANY(%s) AND stop_month = %s",
            [asked, stop_month.first_day],
        )
        found = dict(cursor.fetchall())
    return {benefit: Warned(found.get(benefit, "none")) for benefit in asked}


def warnings_of(benefit: int, stop_month: Month) -> list[Notice]:
    """The warnings of a benefit for a stop month, the newest first."""
    scope.current()
    found = Notice.objects.filter(benefit=benefit, kind=Kind.WARNING, stop_month=stop_month.first_day)
    return list(found.order_by("-queued_at", "-id"))


def of_person(person: int) -> list[Notice]:
    """What a person was told, or is about to be told, about benefits of the scope, the newest first."""
    scope.current()
    found = Notice.objects.filter(benefit__person=person)  # a merge moves benefits, and with them what was told
    return list(found.select_related("benefit").order_by("-queued_at", "-id"))


def notices(wanted: Wanted) -> QuerySet[Notice]:
    """Notices with their people: first those after which somebody has to try in person, then the newest."""
    prefix = scope.current().prefix
    region = wanted.region or prefix
    found = Notice.objects.filter(region__gte=region, region__lt=region + _LAST)
    named = {"kind": wanted.kind, "state": wanted.state, "channel": wanted.channel}
    found = found.filter(**{name: value for name, value in named.items() if value})
    if wanted.unreached:
        found = found.filter(unreached=True)
    first = ("-id",) if wanted.state or wanted.unreached else ("-unreached", "-id")
    # not by a join: under row security the planner would join every notice with its person before it takes fifty
    return found.prefetch_related("person").order_by(*first)


def counts() -> Mapping[str, int]:
    """How many notices are in each state, and `unreached`, in scope; counted no further than COUNTED."""
    prefix = scope.current().prefix
    conditions = {state.value: f"state = '{state.value}'" for state in State} | {"unreached": "unreached"}
    limited = (
        f"SELECT '{name}', (SELECT count(*) FROM (SELECT 1 FROM notices_notice WHERE {where}"
        f" AND region >= %(first)s AND region < %(last)s LIMIT {COUNTED}) AS found)"
        for name, where in conditions.items()
    )
    with connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join(limited), {"first": prefix, "last": prefix + _LAST})
        return dict(cursor.fetchall())


def notice(key: int) -> Notice | None:
    """One notice of the region."""
    scope.current()
    return Notice.objects.select_related("person", "benefit", "letters").filter(pk=key).first()


def siblings(found: Notice) -> list[Notice]:
    """The same said by other channels."""
    same = Notice.objects.filter(benefit=found.benefit_id, kind=found.kind, about=found.about)
    return list(same.exclude(pk=found.pk).order_by("id"))


def template_of(found: Notice) -> Template:
    """The template of a notice: its kind, scheme, language and version."""
    return templates()[found.template]


def words_of(found: Notice) -> Said:
    """A notice in its words, as it was or will be sent."""
    return templates()[found.template].say(found.values)


def wrong_contacts(benefit: int) -> list[WrongContact]:
    """Addresses of a benefit that turned out not to reach the person, the newest first."""
    scope.current()
    return list(WrongContact.objects.filter(benefit=benefit).order_by("-at"))


def subscription(benefit: int) -> Subscription | None:
    """The consent to messages by WeChat that holds now."""
    scope.current()
    return Subscription.objects.filter(benefit=benefit, ended_at__isnull=True).first()


def letters_waiting() -> int:
    """How many letters wait to be printed."""
    scope.current()
    return Notice.objects.filter(channel=Channel.POST, state=State.QUEUED).count()


def of_batch(batch: LetterBatch) -> QuerySet[Notice]:
    """The letters of a batch that lie in the region, first those after which somebody has to try."""
    scope.current()
    found = Notice.objects.filter(letters=batch)
    return found.prefetch_related("person").order_by("-unreached", "id")


def under_way(batch: LetterBatch) -> list[int]:
    """Letters of a batch of which nobody knows yet what became of them."""
    scope.current()
    return list(Notice.objects.filter(letters=batch, state=State.SENT).values_list("pk", flat=True))


def letter_batches() -> QuerySet[LetterBatch]:
    """Letters that were printed, by batch, the newest first."""
    scope.current()
    return LetterBatch.objects.order_by("-id")


def letter_batch(key: int) -> LetterBatch | None:
    """One batch of the region."""
    return letter_batches().filter(pk=key).first()
