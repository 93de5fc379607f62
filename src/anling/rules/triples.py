"""Weak signs that together prove life: three P3 on different days, of two kinds, within 90 days (rule 6, assumption).

One kind alone never certifies: a pharmacy purchase proves that a card was used, not who used it.
"""

from collections.abc import Iterable, Iterator
from datetime import date
from itertools import combinations

from anling.rules.evidence import Grade, Record
from anling.rules.facts import DecisionRule

Mark = tuple[date, str]
"""Day and kind of a weak sign: all that counts of it here."""


def in_triples(records: Iterable[Record], rule: DecisionRule) -> tuple[Record, ...]:
    """The P3 among the records that are members of at least one qualifying triple; empty where there is none."""
    weak = [record for record in records if record.grade is Grade.P3]
    marks = sorted({_mark(record) for record in weak})
    members = {mark for triple in _triples(marks, rule) for mark in triple}
    return tuple(record for record in weak if _mark(record) in members)


def _triples(marks: list[Mark], rule: DecisionRule) -> Iterator[tuple[Mark, ...]]:
    for place, first in enumerate(marks):
        near = [mark for mark in marks[place + 1 :] if (mark[0] - first[0]).days <= rule.p3_span_days]
        for others in combinations(near, rule.p3_count - 1):
            if _qualifies((first, *others), rule):
                yield (first, *others)


def _qualifies(triple: tuple[Mark, ...], rule: DecisionRule) -> bool:
    days = {day for day, _ in triple}
    kinds = {kind for _, kind in triple}
    return len(days) == rule.p3_count and len(kinds) >= rule.p3_kinds


def _mark(record: Record) -> Mark:
    return (record.day, record.kind)
