"""What runs decided on one person: the newest in full words with its records, the earlier ones in a line each."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache

from anling.audit.scope import current
from anling.comparison.models import Decision as Stored
from anling.comparison.models import Evidence, Run, State
from anling.comparison.phrases import IDENTITIES, LISTS, REASONS, WHY_NOT, Phrase, joined
from anling.comparison.sentences import decision_sentence, record_phrase
from anling.policy import Policy, load
from anling.policy.catalogue import Catalogue
from anling.rules.clock import Clock, clock
from anling.rules.decision import Decision
from anling.rules.evidence import CANCELLED, Grade, Identity, ListName, Reason, Record, Scheme, Sign, WhyNot
from anling.rules.months import Month

MOST_EARLIER = 24
Place = tuple[str, str, str]


@dataclass(frozen=True, slots=True)
class Shown:
    """A record in words: what it is, how it is tied to the person, why it was not used (None: it was)."""

    said: Phrase
    identity: Phrase
    why_not: Phrase | None
    feed: str
    batch: str
    row_id: str


@dataclass(frozen=True, slots=True)
class Decided:
    """The newest decision on one benefit. before, after: the clock as it stood, and with the pass of this run.

    policy_changed: the run rests on other policy files than those whose words are used here.
    """

    run: Run
    benefit_no: str
    scheme: Scheme
    region: str
    list: ListName
    reasons: tuple[Phrase, ...]
    sentence: Phrase
    deciding: tuple[Shown, ...]
    others: tuple[Shown, ...]
    before: Clock | None
    after: Clock | None
    policy_changed: bool


@dataclass(frozen=True, slots=True)
class Earlier:
    """A decision of an earlier run."""

    run: int
    as_of: date
    benefit_no: str
    list: ListName
    reasons: tuple[Phrase, ...]


@cache
def policy_in_force() -> Policy:
    """The policy files of this installation, read once."""
    return load()


def decisions_of(person: int) -> tuple[list[Decided], list[Earlier]]:
    """The newest decision on each benefit of a person within the scope, and the earlier ones, the newest first."""
    current()
    rows = list(
        Stored.objects.filter(person=person, run__state=State.DONE, run__replay_of=None, run__known_at=None)
        .select_related("run", "benefit")
        .defer("run__report")
        .order_by("-run__as_of", "-run_id", "benefit_id")[: MOST_EARLIER + 10]
    )
    newest: dict[int, Stored] = {}
    for row in rows:
        newest.setdefault(row.benefit_id, row)
    kept = {(row.run_id, row.benefit_id) for row in newest.values()}
    found = Evidence.objects.filter(person=person, run__in={row.run_id for row in newest.values()})
    evidence: dict[int, dict[Place, Evidence]] = {}
    for each in found.order_by("-event_date", "feed", "batch", "row_id"):
        evidence.setdefault(each.run_id, {})[each.feed, each.batch, each.row_id] = each
    now = [_decided(row, evidence.get(row.run_id, {})) for row in newest.values()]
    return now, [_earlier(row) for row in rows if (row.run_id, row.benefit_id) not in kept][:MOST_EARLIER]


def _earlier(row: Stored) -> Earlier:
    return Earlier(row.run_id, row.run.as_of, row.benefit.benefit_no, ListName(row.list), _reasons(row))


def _reasons(row: Stored) -> tuple[Phrase, ...]:
    return tuple(REASONS[Reason(code)] for code in row.reasons.split())


def _decided(row: Stored, evidence: Mapping[Place, Evidence]) -> Decided:
    policy = policy_in_force()
    catalogue = policy.catalogue(row.run.as_of)
    places = {(feed, batch, row_id) for feed, batch, row_id in row.deciding}
    before, after = _clocks(row, policy)
    return Decided(
        run=row.run,
        benefit_no=row.benefit.benefit_no,
        scheme=Scheme(row.scheme),
        region=row.region,
        list=ListName(row.list),
        reasons=_reasons(row),
        sentence=_sentence(row, [each for place, each in evidence.items() if place in places], catalogue),
        deciding=tuple(_shown(each, catalogue) for place, each in evidence.items() if place in places),
        others=tuple(_shown(each, catalogue) for place, each in evidence.items() if place not in places),
        before=before,
        after=after,
        policy_changed=row.run.policy_version != policy.version,
    )


def _clocks(row: Stored, policy: Policy) -> tuple[Clock | None, Clock | None]:
    """A pass never sets the clock back."""
    rule = policy.clock_rule(Scheme(row.scheme), row.region, row.run.as_of)
    base, passed = (Month.of_date(day) if day else None for day in (row.base_month, row.pass_month))
    newest = max((month for month in (base, passed) if month), default=None)
    return clock(rule, base) if base else None, clock(rule, newest) if newest else None


def _sentence(row: Stored, deciding: list[Evidence], catalogue: Catalogue) -> Phrase:
    records = [_record(each, catalogue) for each in deciding]
    if None in records:  # the catalogue no longer knows the code of a record: the reasons must do
        said = joined([LISTS[ListName(row.list)], *_reasons(row)])
        return Phrase(f"{said.zh}。", f"{said.en}.")
    decision = Decision(
        benefit_no=row.benefit.benefit_no,
        person_no=row.benefit.person_no,
        scheme=Scheme(row.scheme),
        list=ListName(row.list),
        pass_month=Month.of_date(row.pass_month) if row.pass_month else None,
        reasons=tuple(Reason(code) for code in row.reasons.split()),
        deciding=tuple(record for record in records if record),
        fates=(),
    )
    return decision_sentence(decision, catalogue)


def _record(row: Evidence, catalogue: Catalogue) -> Record | None:
    feed = catalogue.feeds.get(row.feed)
    meaning = feed.codes.get(row.code) if feed else None
    if feed is None or meaning is None:
        return None
    cancelled = WhyNot(row.why_not) if row.why_not else None
    return Record(
        feed=row.feed,
        batch=row.batch,
        row_id=row.row_id,
        code=row.code,
        department=feed.department,
        sign=Sign(row.sign),
        grade=Grade(row.grade),
        kind=meaning.kind,
        day=row.event_date,
        end_date=row.end_date,
        identity=Identity(row.identity),
        no_raise=meaning.no_raise,
        cancelled=cancelled if cancelled in CANCELLED else None,
    )


def _shown(row: Evidence, catalogue: Catalogue) -> Shown:
    record = _record(row, catalogue)
    said = record_phrase(record, catalogue) if record else Phrase(*(f"{row.feed} {row.code} {row.event_date}",) * 2)
    why_not = WHY_NOT[WhyNot(row.why_not)] if row.why_not else None
    return Shown(said, IDENTITIES[Identity(row.identity)], why_not, row.feed, row.batch, row.row_id)
