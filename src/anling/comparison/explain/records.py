"""The records of one person, rebuilt from the ingested store as the rules see them (contracts.md, result of a run)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date

from anling.engines.duckdb.lookup import LifeRow, LossRow, OtherRow
from anling.policy.catalogue import Catalogue
from anling.rules.evidence import Grade, Identity, Record, Sign, WhyNot
from anling.rules.names import Agreement, PersonName, agreement

BORDER, EXIT, ENTRY = "police_border", "exit", "entry"
IDENTITY_OF = {
    Agreement.SAME: Identity.EXACT,
    Agreement.VARIANT: Identity.VARIANT_NAME,
    Agreement.DIFFERENT: Identity.OTHER_NAME,
}


@dataclass(frozen=True, slots=True)
class Traced:
    """A record tied to a person, with the name and number that stand on it. `number` is '' where it is the person's."""

    record: Record
    name: str
    number: str = ""

    @property
    def counts(self) -> bool:
        """Whether the rules are shown it: a hint under another spelling of the name is none (domain.md, section 2)."""
        return self.record.sign is not Sign.HINT or self.record.identity is Identity.EXACT


@dataclass(frozen=True, slots=True)
class Found:
    """What the store holds for one person: signs under the number, and the leads that only evidence.parquet ties.

    `loss` also has the releases and revocations, those under the numbers of the leads too.
    """

    life: Sequence[LifeRow]
    loss: Sequence[LossRow]
    other: Sequence[OtherRow]
    leads: Sequence[tuple[LossRow, Identity]] = ()


def rebuild(name: str, key: int, found: Found, catalogue: Catalogue, as_of: date) -> tuple[Traced, ...]:
    """Every record tied to the person of this name under the number of this key, hints of long absence worked out."""
    own = PersonName.read(name)
    life = [_traced(row, own, catalogue) for row in found.life]
    loss = [
        _with_fate(_traced(row, own, catalogue, row.end_day), row, found.loss, catalogue, as_of)
        for row in found.loss
        if row.key == key
    ]
    leads = [
        _with_fate(_lead(row, identity, catalogue), row, found.loss, catalogue, as_of) for row, identity in found.leads
    ]
    other = [_traced(row, own, catalogue) for row in found.other]
    entries = _entry_days(life)
    return (*life, *loss, *leads, *(_hint_if_gone(each, entries, as_of) for each in other))


def _traced(
    row: LifeRow | LossRow | OtherRow, own: PersonName, catalogue: Catalogue, end: date | None = None
) -> Traced:
    identity = IDENTITY_OF[agreement(own, PersonName.read(row.name))]
    return Traced(_record(row, identity, catalogue, end), row.name)


def _lead(row: LossRow, identity: Identity, catalogue: Catalogue) -> Traced:
    return Traced(_record(row, identity, catalogue, row.end_day), row.name, row.id_text)


def _record(
    row: LifeRow | LossRow | OtherRow, identity: Identity, catalogue: Catalogue, end: date | None = None
) -> Record:
    feed = catalogue.feeds[row.feed]
    meaning = feed.codes[row.code]
    return Record(
        feed=row.feed,
        batch=row.batch,
        row_id=row.row_id,
        code=row.code,
        department=feed.department,
        sign=meaning.sign,
        grade=meaning.grade,
        kind=meaning.kind,
        day=row.day,
        end_date=end if end is None or end >= row.day else None,  # a stay's own end is its day
        identity=identity,
        no_raise=meaning.no_raise,
    )


def _with_fate(traced: Traced, row: LossRow, around: Iterable[LossRow], catalogue: Catalogue, as_of: date) -> Traced:
    """The record with what cancelled it: a later revocation, or for custody a later release, of the same feed."""
    later = [
        other
        for other in around
        if other.feed == row.feed and row.key is not None and other.key == row.key and row.day < other.day <= as_of
    ]
    signs = {_sign(other, catalogue) for other in later}
    if Sign.REVOCATION in signs and traced.record.sign is not Sign.REVOCATION:
        return _cancelled(traced, WhyNot.REVOKED)
    freed = any(_sign(other, catalogue) is Sign.RELEASE and _same_name(other.name, row.name) for other in later)
    return _cancelled(traced, WhyNot.RELEASED) if freed and traced.record.sign is Sign.CUSTODY else traced


def _sign(row: LossRow, catalogue: Catalogue) -> Sign:
    return catalogue.feeds[row.feed].codes[row.code].sign


def _same_name(a: str, b: str) -> bool:
    return agreement(PersonName.read(a), PersonName.read(b)) is Agreement.SAME


def _cancelled(traced: Traced, why: WhyNot) -> Traced:
    return replace(traced, record=replace(traced.record, cancelled=why))


def _entry_days(life: Iterable[Traced]) -> frozenset[date]:
    """The days on which the person, under the name or a variant of it, came into the country."""
    entered = (each.record for each in life if (each.record.feed, each.record.code) == (BORDER, ENTRY))
    return frozenset(record.day for record in entered if record.identity is not Identity.OTHER_NAME)


def _hint_if_gone(traced: Traced, entries: frozenset[date], as_of: date) -> Traced:
    """A border exit with no entry in the 12 months after it, once they are over, is a hint (L3)."""
    record = traced.record
    if (record.feed, record.code) != (BORDER, EXIT) or record.identity is not Identity.EXACT:
        return traced
    until = _year_later(record.day)
    if until > as_of or any(record.day <= day <= until for day in entries):
        return traced
    return replace(traced, record=replace(record, sign=Sign.HINT, grade=Grade.L3))


def _year_later(day: date) -> date:
    leap_day = (day.month, day.day) == (2, 29)
    return date(day.year + 1, 2, 28) if leap_day else day.replace(year=day.year + 1)
