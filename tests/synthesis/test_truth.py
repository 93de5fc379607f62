"""The truth holds in the feeds: the dead are silent but for the traps, and no living person is proved dead."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from anling import policy
from anling.rules.evidence import Grade, Sign
from anling.rules.names import Agreement, PersonName, agreement
from anling.rules.numbers import IdNumber, IdStatus, read_untyped
from anling.synthesis import DEFAULT_AS_OF, Summary
from anling.synthesis.traps import IDENTITY_TRAPS, TRAPS

WEAKLY_SEEN = {"ghost_weak", "unused_ticket", "circular_allowance"}
SEEN_AFTER_DEATH = {*IDENTITY_TRAPS, *WEAKLY_SEEN}


@dataclass(frozen=True)
class Fact:
    person: str
    death: date | None
    trap: str | None


@dataclass(frozen=True)
class Told:
    fact: Fact
    department: str
    sign: Sign
    grade: Grade
    day: date


@pytest.fixture(scope="module")
def facts(folder: Path) -> dict[str, Fact]:
    columns = pq.read_table(folder / "truth.parquet", columns=["person_no", "death_date", "trap"]).to_pydict()
    return {fact.person: fact for fact in map(Fact, *columns.values())}


@pytest.fixture(scope="module")
def told(folder: Path, facts: dict[str, Fact]) -> list[Told]:
    """Every record under a recipient's number and agreeing name."""
    roster = pq.read_table(folder / "roster.parquet", columns=["person_no", "id_number", "name"]).to_pydict()
    owners: dict[str, dict[str, str]] = defaultdict(dict)
    for person, number, name in zip(*roster.values(), strict=True):
        owners[IdNumber.read(number).text][name] = person
    return list(_records(folder, facts, owners))


def _records(folder: Path, facts: dict[str, Fact], owners: dict[str, dict[str, str]]) -> Iterator[Told]:
    catalogue = policy.load().catalogue(DEFAULT_AS_OF)
    for feed, entry in catalogue.feeds.items():
        for path in sorted((folder / "feeds" / feed).glob("*.parquet")):
            rows = pq.read_table(path, columns=["id_number", "name", "event_date", "end_date", "code"]).to_pydict()
            for number, name, day, end, code in zip(*rows.values(), strict=True):
                meaning = entry.codes[code]
                holders = owners.get(_canonical(number), {})
                for own, person in holders.items():
                    if agreement(PersonName.read(own), PersonName.read(name or "")) is Agreement.SAME:
                        counts = end if meaning.dated_by == "end_date" else day
                        yield Told(facts[person], entry.department, meaning.sign, meaning.grade, counts)


def _canonical(number: str | None) -> str:
    if not number:
        return ""
    return number if len(number) == 18 and number.isascii() and number.isalnum() else IdNumber.read(number).text


def test_the_dead_leave_no_life_sign_but_for_the_traps(told: list[Told]) -> None:
    after = {t.fact for t in told if t.sign is Sign.LIFE and t.fact.death and t.day > t.fact.death}
    assert {fact.trap for fact in after} <= SEEN_AFTER_DEATH
    assert {fact.trap for fact in after} >= WEAKLY_SEEN


def test_only_borrowed_identities_give_strong_signs_after_death(told: list[Told]) -> None:
    strong = (Grade.P1, Grade.P2)
    after = [t for t in told if t.sign is Sign.LIFE and t.grade in strong and t.fact.death and t.day > t.fact.death]
    assert {t.fact.trap for t in after} == {"borrowed_card_p2"}


def test_weak_signs_after_death_never_make_a_triple_unless_borrowed(told: list[Told]) -> None:
    weak: dict[Fact, list[Told]] = defaultdict(list)
    for t in told:
        if t.grade is Grade.P3 and t.fact.trap in WEAKLY_SEEN and t.fact.death:
            weak[t.fact].append(t)
    assert weak
    for fact, signs in weak.items():
        assert fact.death is not None
        assert all(t.day > fact.death or (fact.death - t.day).days >= 100 for t in signs), fact.trap


def test_no_living_person_is_reported_dead_by_two_departments(told: list[Told]) -> None:
    departments: dict[Fact, set[str]] = defaultdict(set)
    for t in told:
        if t.sign is Sign.DEATH and t.fact.death is None and t.fact.trap != "declared_dead_revoked":
            departments[t.fact].add(t.department)
    assert departments
    assert {len(each) for each in departments.values()} == {1}
    assert {fact.trap for fact in departments} <= {"wrong_cancellation", "cremation_applicant"}


def test_a_death_is_reported_on_or_just_after_its_day(told: list[Told]) -> None:
    gaps = {(t.day - t.fact.death).days for t in told if t.sign is Sign.DEATH and t.fact.death}
    assert min(gaps) == 0
    assert max(gaps) <= 5


def test_two_departments_in_the_truth_are_two_departments_in_the_feeds(folder: Path, told: list[Told]) -> None:
    departments: dict[str, set[str]] = defaultdict(set)
    for t in told:
        if t.sign is Sign.DEATH and t.fact.death:
            departments[t.fact.person].add(t.department)
    truth = pq.read_table(folder / "truth.parquet", columns=["person_no", "two_departments_on"]).to_pydict()
    claimed = {person for person, day in zip(*truth.values(), strict=True) if day}
    found = {person for person, names in departments.items() if len(names) > 1}
    assert claimed <= found
    assert len(found - claimed) <= len(found) // 50


def test_planted_shares_are_the_stated_ones(province: Summary, facts: dict[str, Fact]) -> None:
    counted = {trap.name: sum(fact.trap == trap.name for fact in facts.values()) for trap in TRAPS}
    assert counted == province.traps
    living = sum(fact.death is None for fact in facts.values())
    for trap in TRAPS:  # some people do not fit their trap: no traditional form, under 80, too short a time since
        expected = trap.share * (living if trap.group == "living" else len(facts) - living)
        assert counted[trap.name] <= expected + 1, trap.name
        assert counted[trap.name] >= 0.4 * expected - 2, trap.name


def test_numbers_that_fail_their_check_stay_rare(folder: Path) -> None:
    files = sorted((folder / "feeds" / "transport_trip").glob("*.parquet"))
    rows = [number for path in files for number in pq.read_table(path, columns=["id_number"])["id_number"].to_pylist()]
    states = [read_untyped(number or "").status for number in rows]
    assert 0 < states.count(IdStatus.INVALID) / len(rows) < 0.004
    assert 0 < states.count(IdStatus.EMPTY) / len(rows) < 0.003
