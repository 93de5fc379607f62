"""The facts of one person on one day, sorted into what the decision rules look at (domain.md, section 2)."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date

from anling.rules.evidence import LOSS_SIGNS, Grade, Record, Scheme, Sign, WhyNot
from anling.rules.fates import Fate, fate
from anling.rules.months import Month
from anling.rules.wording import Words

STRONG = frozenset((Grade.P1, Grade.P2))
"""Grades of life that contradict a loss dated before them; P3 never does."""


@dataclass(frozen=True, slots=True)
class DecisionRule:
    """The numbers of the decision: dated policy, here as domain.md, section 2 states them.

    Months: `window_months`. Days: `l2_pair_days`, `p3_span_days` (both inclusive). Years: `age_limit`.
    Raises ValueError for a number below one, or more kinds than signs.
    """

    window_months: int = 12
    l2_pair_days: int = 30
    p3_count: int = 3
    p3_kinds: int = 2
    p3_span_days: int = 90
    age_limit: int = 110

    def __post_init__(self) -> None:
        numbers = (self.window_months, self.p3_count, self.p3_kinds, self.p3_span_days, self.age_limit)
        if min(numbers) < 1 or self.l2_pair_days < 0:
            raise ValueError(Words("the numbers of a decision rule are at least one"))
        if self.p3_kinds > self.p3_count:
            raise ValueError(
                Words("%(signs)s weak signs cannot be of %(kinds)s kinds", signs=self.p3_count, kinds=self.p3_kinds)
            )


@dataclass(frozen=True, slots=True)
class Benefit:
    """One compared benefit: paying or suspended. `base` is where its clock counts from, None where unknown.

    Raises ValueError without a benefit number.
    """

    benefit_no: str
    scheme: Scheme
    base: Month | None
    last_pass: Month | None

    def __post_init__(self) -> None:
        if not self.benefit_no:
            raise ValueError("A benefit needs its number.")


@dataclass(frozen=True, slots=True)
class Person:
    """One human as the roster knows them: person_no and canonical number, with all compared benefits.

    `number_valid` is False where the roster's own number fails its check. `shared_id`: another person_no holds the
    number under a different name; `double_roster`: under an agreeing one. Raises ValueError without a person_no or
    without benefits, or where two benefits have one number.
    """

    person_no: str
    birth_date: date | None
    benefits: tuple[Benefit, ...]
    number_valid: bool = True
    shared_id: bool = False
    double_roster: bool = False

    def __post_init__(self) -> None:
        if not self.person_no or not self.benefits:
            raise ValueError("A compared person needs a person_no and at least one benefit.")
        if len({benefit.benefit_no for benefit in self.benefits}) < len(self.benefits):
            raise ValueError(f"Two benefits of person {self.person_no} have one benefit_no.")

    @property
    def base(self) -> Month | None:
        """The earliest known base of the compared benefits (point 0); None where none is known."""
        return min((benefit.base for benefit in self.benefits if benefit.base), default=None)

    @property
    def last_pass(self) -> Month | None:
        """The newest pass on record of any compared benefit; None for a person never certified."""
        return max((benefit.last_pass for benefit in self.benefits if benefit.last_pass), default=None)


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known of a person on the as-of date, in the order of the dates that count.

    seen       usable life signs of any age (a conflict looks beyond the window)
    window     those of them within the window
    strangers  life signs in the window under the person's number, but with a different name
    losses     usable losses in force
    leads      losses in force that only their identity keeps from use
    hints      usable hints (L3): shown, never counted
    fates      what became of every loss record, used or not
    """

    person: Person
    as_of: date
    rule: DecisionRule
    seen: tuple[Record, ...]
    window: tuple[Record, ...]
    strangers: tuple[Record, ...]
    losses: tuple[Record, ...]
    leads: tuple[Record, ...]
    hints: tuple[Record, ...]
    fates: tuple[Fate, ...]

    def without(self, sign: Sign) -> "Facts":
        """The same facts as if no loss of this sign had been reported; its fates stay on show."""
        return replace(
            self,
            losses=tuple(record for record in self.losses if record.sign is not sign),
            leads=tuple(record for record in self.leads if record.sign is not sign),
        )


def gather(person: Person, records: Iterable[Record], as_of: date, rule: DecisionRule) -> Facts:
    """Sort the records tied to a person into the facts that the rules look at; their order does not matter."""
    fates = [fate(record, person.birth_date, as_of) for record in sorted(records, key=by_day)]
    life = [each for each in fates if each.record.sign is Sign.LIFE]
    loss = [each for each in fates if each.record.sign in LOSS_SIGNS]
    hint = [each for each in fates if each.record.sign is Sign.HINT]
    seen = _usable(life)
    strangers = (each.record for each in life if each.why_not is WhyNot.OTHER_NAME)
    return Facts(
        person=person,
        as_of=as_of,
        rule=rule,
        seen=seen,
        window=_within(seen, person.base, as_of, rule),
        strangers=_within(strangers, person.base, as_of, rule),
        losses=_usable(loss),
        leads=tuple(each.record for each in loss if each.is_lead),
        hints=_usable(hint),
        fates=tuple(loss),
    )


def in_window(day: date, base: Month | None, as_of: date, rule: DecisionRule) -> bool:
    """Whether a life sign can move the clock (point 2): later than the base month and recent enough.

    Its month must be later than the month of the base, where one is known, and not earlier than the as-of month less
    the window. Days after the as-of date are never in the window.
    """
    month = Month.of_date(day)
    newer = base is None or month > base
    return newer and day <= as_of and month >= Month.of_date(as_of) - rule.window_months


def fate_in_window(record: Record, facts: Facts) -> Fate:
    """What became of a life sign, the window included: how an explanation says why it moved nothing."""
    found = fate(record, facts.person.birth_date, facts.as_of)
    if found.usable and not in_window(record.day, facts.person.base, facts.as_of, facts.rule):
        return Fate(record, usable=False, why_not=WhyNot.OUT_OF_WINDOW)
    return found


def _within(records: Iterable[Record], base: Month | None, as_of: date, rule: DecisionRule) -> tuple[Record, ...]:
    return tuple(record for record in records if in_window(record.day, base, as_of, rule))


def _usable(fates: Iterable[Fate]) -> tuple[Record, ...]:
    return tuple(each.record for each in fates if each.usable)


def by_day(record: Record) -> tuple[date, str, str, str, str]:
    """The order in which records are always shown: by the date that counts, then by where they came from."""
    return (record.day, record.feed, record.batch, record.row_id, record.sign)
