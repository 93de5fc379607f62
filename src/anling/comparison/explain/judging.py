"""What each record did in the decisions on its person: decided, or was set aside, and why."""

from __future__ import annotations

from collections.abc import Iterable

from anling.comparison.explain.records import Traced
from anling.comparison.explain.replay import Replay
from anling.comparison.phrases import Use
from anling.rules.decision import REFUTABLE, Decision
from anling.rules.evidence import Grade, Record, Sign, WhyNot
from anling.rules.facts import STRONG, Facts, fate_in_window
from anling.rules.fates import LEAD_IDENTITIES, fate
from anling.rules.triples import in_triples

_CANCELLING = frozenset((Sign.RELEASE, Sign.REVOCATION))


def judge(traced: Traced, replayed: Replay) -> Use | WhyNot:
    """The use of a record, or the reason why it was not usable; the fates of the rules come first."""
    record, facts = traced.record, replayed.facts
    if _decides(record, replayed.decisions):
        return Use.DECIDING
    if record.sign is Sign.LIFE:
        return _life(record, facts)
    if record.sign is Sign.NONE:
        return Use.PROVES_NOTHING
    why_not = fate(record, facts.person.birth_date, facts.as_of).why_not
    if record.sign in _CANCELLING:
        return why_not if why_not in (WhyNot.BEFORE_BIRTH, WhyNot.AFTER_AS_OF) else Use.CANCELS
    if record.sign is Sign.HINT:
        return _hint(traced, why_not)
    return _loss(record, why_not, facts)


def _decides(record: Record, decisions: Iterable[Decision]) -> bool:
    return any(record in decision.deciding for decision in decisions)


def _life(record: Record, facts: Facts) -> Use | WhyNot:
    why_not = fate_in_window(record, facts).why_not
    if why_not:
        return why_not
    proves = record.grade in STRONG or record in in_triples(_weak(facts.window), facts.rule)
    return Use.SET_ASIDE if proves else Use.WEAK_ALONE


def _weak(records: Iterable[Record]) -> list[Record]:
    return [record for record in records if record.grade is Grade.P3]


def _hint(traced: Traced, why_not: WhyNot | None) -> Use | WhyNot:
    if not traced.counts:
        return why_not or WhyNot.VARIANT_NAME
    return why_not or Use.HINT


def _loss(record: Record, why_not: WhyNot | None, facts: Facts) -> Use | WhyNot:
    if why_not is None:
        return Use.OUTWEIGHED
    if why_not in LEAD_IDENTITIES and _refuted(record, facts):
        return Use.REFUTED
    return why_not


def _refuted(lead: Record, facts: Facts) -> bool:
    later = (record for record in facts.seen if record.grade in STRONG and record.day > lead.day)
    return lead.sign in REFUTABLE and any(later)
