"""What must hold of every decision, whatever the records: the promises of N-C1 and domain.md, section 2."""

from datetime import date, timedelta
from random import Random

from hypothesis import given
from hypothesis import strategies as st

from anling.rules.decision import Benefit, Decision, DecisionRule, Person, decide
from anling.rules.evidence import Grade, Identity, ListName, Reason, Record, Scheme, Sign, WhyNot
from anling.rules.months import Month
from tests.rules.given import read_record
from tests.support.facts import Seen, Subject
from tests.support.table import DEPARTMENTS, MEANINGS, kind
from tests.support.verdict import decide as decide_slowly

AS_OF = date(2024, 6, 30)
TELLING = [
    key for key, meaning in MEANINGS.items() if meaning.sign in ("life", "hint") or meaning.grade in ("L1", "L2")
]
BASES = [None, Month.of(2022, 5), Month.of(2023, 7), Month.of(2024, 4)]
DAYS = st.integers(-40, 800).map(lambda back: AS_OF - timedelta(days=back)) | st.sampled_from(
    [AS_OF, date(2023, 6, 1), date(2023, 5, 31), date(2024, 3, 1), date(2024, 3, 2), date(2024, 3, 31)]
)
P1_IN_WINDOW = read_record("p1", "gov_login face 2024-06-15")


@st.composite
def records(draw: st.DrawFn) -> Record:
    feed, code = draw(st.sampled_from(TELLING))
    meaning = MEANINGS[feed, code]
    day, sign = draw(DAYS), Sign(meaning.sign)
    return Record(
        feed=feed,
        batch="batch",
        row_id=str(draw(st.integers(0, 10**9))),
        code=code,
        department=DEPARTMENTS[feed],
        sign=sign,
        grade=Grade(meaning.grade),
        kind=kind(feed, code),
        day=day,
        end_date=draw(st.none() | st.integers(0, 400).map(lambda days: day + timedelta(days=days))),
        identity=draw(st.sampled_from(ties_of(sign))),
        no_raise=meaning.no_raise,
        cancelled=draw(st.sampled_from([None, None, None, WhyNot.RELEASED, WhyNot.REVOKED]))
        if sign is Sign.CUSTODY
        else None,
    )


def ties_of(sign: Sign) -> list[Identity]:
    if sign is Sign.HINT:
        return [Identity.EXACT, Identity.OTHER_NAME]
    if sign is Sign.LIFE:
        return [Identity.EXACT, Identity.EXACT, Identity.VARIANT_NAME, Identity.OTHER_NAME]
    return [Identity.EXACT, Identity.EXACT, Identity.EXACT, *Identity]


@st.composite
def people(draw: st.DrawFn) -> Person:
    schemes = draw(st.sampled_from([["employee"], ["resident"], ["employee", "resident"]]))
    bases = [draw(st.sampled_from(BASES)) for _ in schemes]
    passes = [base if draw(st.booleans()) else None for base in bases]
    benefits = [
        Benefit(f"B{place}", Scheme(scheme), base, last_pass)
        for place, (scheme, base, last_pass) in enumerate(zip(schemes, bases, passes, strict=True))
    ]
    return Person(
        person_no="P1",
        birth_date=draw(st.sampled_from([None, date(1950, 3, 15), date(1914, 6, 29), date(2023, 6, 10)])),
        benefits=tuple(draw(st.permutations(benefits))),
        number_valid=draw(st.integers(0, 9)) > 0,
        shared_id=draw(st.integers(0, 9)) == 0,
        double_roster=draw(st.integers(0, 9)) == 0,
    )


SEVERAL = st.lists(records(), max_size=9, unique_by=lambda record: record.row_id)


def run(person: Person, found: list[Record], sources_unknown: bool = False) -> tuple[Decision, ...]:
    return decide(person, found, as_of=AS_OF, rule=DecisionRule(), sources_unknown=sources_unknown)


def lists(person: Person, found: list[Record]) -> list[ListName]:
    return [decision.list for decision in run(person, found)]


@given(people(), SEVERAL, st.randoms(use_true_random=False))
def test_the_order_of_records_does_not_matter(person: Person, found: list[Record], shuffler: Random) -> None:
    shuffled = list(found)
    shuffler.shuffle(shuffled)
    assert run(person, shuffled) == run(person, found)


@given(people(), SEVERAL)
def test_every_benefit_has_one_decision_in_order(person: Person, found: list[Record]) -> None:
    numbers = [decision.benefit_no for decision in run(person, found)]
    assert numbers == sorted(benefit.benefit_no for benefit in person.benefits)


@given(people(), SEVERAL)
def test_nobody_decisively_seen_is_without_evidence(person: Person, found: list[Record]) -> None:
    if person.number_valid:
        assert ListName.NO_EVIDENCE not in lists(person, [*found, P1_IN_WINDOW])


@given(people(), SEVERAL, records().filter(lambda record: record.sign is Sign.LIFE))
def test_a_sign_of_life_never_makes_anyone_lost(person: Person, found: list[Record], life: Record) -> None:
    before, after = lists(person, found), lists(person, [*found, life])
    assert all(old is ListName.LOST for old, new in zip(before, after, strict=True) if new is ListName.LOST)


@given(people(), SEVERAL)
def test_one_strong_record_alone_never_ends_anything(person: Person, found: list[Record]) -> None:
    """Domain.md, section 2: an L2 may not end anything alone."""
    for decision in run(person, found):
        if decision.list is ListName.LOST:
            grades = [record.grade for record in decision.deciding]
            departments = {record.department for record in decision.deciding}
            assert Grade.L1 in grades or len(departments) > 1


@given(people(), SEVERAL)
def test_seen_strongly_after_every_loss_means_not_lost(person: Person, found: list[Record]) -> None:
    loss_days = [r.day for r in found if r.sign in (Sign.DEATH, Sign.CUSTODY, Sign.MISSING)]
    if person.number_valid and all(day < P1_IN_WINDOW.day for day in loss_days):
        for decision in run(person, [*found, P1_IN_WINDOW]):
            assert decision.list is not ListName.LOST or decision.reasons[0] is Reason.DOUBLE_BENEFIT


@given(people(), SEVERAL)
def test_hints_move_nobody(person: Person, found: list[Record]) -> None:
    without = [record for record in found if record.sign is not Sign.HINT]
    assert lists(person, without) == lists(person, found)


@given(people(), SEVERAL)
def test_missing_sources_change_no_list(person: Person, found: list[Record]) -> None:
    known, unknown = run(person, found), run(person, found, sources_unknown=True)
    assert [decision.list for decision in known] == [decision.list for decision in unknown]
    assert all((Reason.SOURCE_UNKNOWN in d.reasons) == (d.list is ListName.NO_EVIDENCE) for d in unknown)


@given(people(), SEVERAL)
def test_deciding_records_are_never_unusable_save_leads_and_strangers(person: Person, found: list[Record]) -> None:
    for decision in run(person, found):
        dead_ends = {fate.record for fate in decision.fates if not fate.usable and not fate.is_lead}
        assert dead_ends.isdisjoint(decision.deciding)


@given(people(), SEVERAL, st.booleans())
def test_the_slow_reference_decides_the_same(person: Person, found: list[Record], sources_unknown: bool) -> None:
    slowly = decide_slowly(as_subject(person), [as_seen(record) for record in found], AS_OF, sources_unknown)
    for ours, theirs in zip(run(person, found, sources_unknown), slowly, strict=True):
        assert (ours.benefit_no, str(ours.list), ours.reasons) == (theirs.benefit_no, theirs.list, theirs.reasons)
        assert (ours.pass_month and str(ours.pass_month)) == theirs.pass_month
        if person.number_valid:
            assert {record.row_id for record in ours.deciding} == {seen.row_id for seen in theirs.deciding}


def as_subject(person: Person) -> Subject:
    return Subject(
        person_no=person.person_no,
        benefits=tuple((benefit.benefit_no, str(benefit.scheme)) for benefit in person.benefits),
        base=person.base.index if person.base else None,
        last_pass=person.last_pass.index if person.last_pass else None,
        birth=person.birth_date,
        number_valid=person.number_valid,
        shared_id=person.shared_id,
        double_roster=person.double_roster,
    )


def as_seen(record: Record) -> Seen:
    return Seen(
        feed=record.feed,
        batch=record.batch,
        row_id=record.row_id,
        code=record.code,
        sign=str(record.sign),
        grade=str(record.grade),
        kind=record.kind,
        department=record.department,
        no_raise=record.no_raise,
        day=record.day,
        end=record.end_date,
        identity=str(record.identity),
        cancelled=str(record.cancelled) if record.cancelled else None,
    )
