"""Decides people of a run once more, by the plain rules, from what the store holds of them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from anling.comparison.explain.records import Found, Traced, rebuild
from anling.comparison.explain.run_folder import RunFolder
from anling.comparison.phrases import Phrase, filled, plain
from anling.engines.duckdb.lookup import RosterRow, StoredDecision
from anling.rules.clock import ClockRule, base_month
from anling.rules.decision import Benefit, Decision, Person, decide
from anling.rules.evidence import Scheme
from anling.rules.facts import Facts, gather
from anling.rules.months import Month
from anling.rules.names import Agreement, PersonName, agreement


@dataclass(frozen=True, slots=True)
class Replay:
    """A person as the rules saw them: facts, tied records, and one decision per compared benefit."""

    facts: Facts
    traced: tuple[Traced, ...]
    decisions: tuple[Decision, ...]


def replay(run: RunFolder, rows: Sequence[RosterRow], holders: Iterable[RosterRow], found: Found) -> Replay:
    """Decide the person of these compared rows (by benefit_no); `holders`: all compared rows under the number."""
    first = rows[0]
    person = _person(run, rows, holders)
    rule = run.policy.decision_rule(run.as_of)
    traced = rebuild(first.name, first.key, found, run.catalogue, run.as_of) if first.key is not None else ()
    records = [each.record for each in traced if each.counts]
    decisions = decide(person, records, as_of=run.as_of, rule=rule, sources_unknown=run.sources_unknown)
    return Replay(gather(person, records, run.as_of, rule), traced, decisions)


def differences(decision: Decision, stored: StoredDecision | None) -> tuple[Phrase, ...]:
    """In what a stored decision differs from the one decided now; empty where they are equal."""
    if stored is None:
        return (Phrase("存档中没有这项待遇的结论", "the run holds no decision on this benefit"),)
    month = str(decision.pass_month) if decision.pass_month else None
    now = {
        record_place for record in decision.deciding for record_place in [(record.feed, record.batch, record.row_id)]
    }
    compared = (
        (Phrase("名单", "list"), stored.list, decision.list.value),
        (Phrase("认证月", "pass month"), stored.pass_month, month),
        (Phrase("原因", "reasons"), " ".join(stored.reasons), " ".join(reason.value for reason in decision.reasons)),
        (Phrase("依据记录", "deciding records"), _told(stored.deciding), _told(now)),
    )
    return tuple(
        filled(
            "{what}：存档为 {then}，重算为 {now}", "{what}: stored {then}, decided now {now}",
            what=what, then=plain(then), now=plain(again),
        )
        for what, then, again in compared
        if then != again
    )  # fmt: skip


def clock_rule(run: RunFolder, row: RosterRow) -> ClockRule:
    """The clock in force for a benefit on the as-of date."""
    return run.policy.clock_rule(Scheme(row.scheme), row.region, run.as_of)


def base_of(row: RosterRow, rule: ClockRule) -> Month | None:
    """Where the benefit's clock counts from before this run; None where no base is known."""
    months = (row.last_pass_month, row.application_month, row.approval_month, row.benefit_start)
    return base_month(rule, *map(_month, months))


def _person(run: RunFolder, rows: Sequence[RosterRow], holders: Iterable[RosterRow]) -> Person:
    first = rows[0]
    agreed = _agreements(first, holders) if first.key is not None else set()
    return Person(
        person_no=first.person_no,
        birth_date=first.birth_date,
        benefits=tuple(_benefit(run, row) for row in rows),
        number_valid=first.key is not None,
        shared_id=Agreement.DIFFERENT in agreed,
        double_roster=bool(agreed - {Agreement.DIFFERENT}),
    )


def _benefit(run: RunFolder, row: RosterRow) -> Benefit:
    base = base_of(row, clock_rule(run, row))
    return Benefit(row.benefit_no, Scheme(row.scheme), base, _month(row.last_pass_month))


def _agreements(first: RosterRow, holders: Iterable[RosterRow]) -> set[Agreement]:
    """How the names of the other people under the number agree with this one; a person is named by the first row."""
    names: dict[str, str] = {}
    for row in sorted(holders, key=lambda row: row.benefit_no):
        if row.key == first.key and row.person_no != first.person_no:
            names.setdefault(row.person_no, row.name)
    return {agreement(PersonName.read(first.name), PersonName.read(name)) for name in names.values()}


def _month(index: int | None) -> Month | None:
    return None if index is None else Month(index)


def _told(places: Iterable[tuple[str, str, str]]) -> str:
    return " ".join(sorted("/".join(place) for place in places)) or "-"
