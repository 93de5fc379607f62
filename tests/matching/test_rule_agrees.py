"""The production rule against the reference's own statement of it, on generated records already tied to a person."""

from dataclasses import replace
from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from anling.rules import decision, evidence
from anling.rules.months import Month
from tests.support.facts import Seen, Subject, month_of, month_text, usable
from tests.support.generate import AS_OF_DATES
from tests.support.hints import left_for_a_year
from tests.support.table import DEPARTMENTS, MEANINGS, kind
from tests.support.verdict import Verdict, decide

DAYS_BACK = (0, 1, 29, 30, 31, 60, 89, 90, 91, 180, 364, 365, 366, 367, 380, 400, 800)
MONTHS_BACK = (None, 30, 14, 13, 12, 11, 1, 0, -1)
IDENTITIES = ("exact", "exact", "exact", "exact", "variant_name", "other_name")
LOSS_IDENTITIES = (*IDENTITIES, "near_id", "no_id")

LOSSES = tuple(code for code, meaning in MEANINGS.items() if meaning.grade in ("L1", "L2"))
WEAK = tuple(code for code, meaning in MEANINGS.items() if meaning.grade == "P3")
STRONG = tuple(code for code, meaning in MEANINGS.items() if meaning.grade in ("P1", "P2"))
CODES_BY_WEIGHT = (STRONG, WEAK, WEAK, WEAK, LOSSES, tuple(MEANINGS))

Told = tuple[str, str, str | None, list[str], list[tuple[str, str, str]]]


@st.composite
def sights(draw: st.DrawFn, as_of: date, nth: int) -> Seen:
    """A record tied to the person by any identity that its sign allows."""
    feed, code = draw(st.sampled_from(draw(st.sampled_from(CODES_BY_WEIGHT))))
    meaning = MEANINGS[feed, code]
    day = as_of - timedelta(days=draw(st.sampled_from(DAYS_BACK) | st.integers(0, 420)))
    ends = (None, None, None, as_of, as_of - timedelta(days=1), as_of + timedelta(days=1))
    end = draw(st.sampled_from(ends)) if meaning.sign == "custody" else None
    loss = meaning.grade in ("L1", "L2")
    identity = draw(st.sampled_from(LOSS_IDENTITIES if loss else IDENTITIES))
    cancelled = draw(st.sampled_from((None,) * 5 + ("revoked", "released"))) if loss else None
    return Seen(
        feed=feed,
        batch="b",
        row_id=str(nth),
        code=code,
        sign=meaning.sign,
        grade=meaning.grade,
        kind=kind(feed, code),
        department=DEPARTMENTS[feed],
        no_raise=meaning.no_raise,
        day=day,
        end=None if end is None or end < day else end,
        identity=identity,
        cancelled=cancelled,
    )


@st.composite
def subjects(draw: st.DrawFn, as_of: date) -> Subject:
    oldest = date(as_of.year - 110, as_of.month, min(as_of.day, 28))
    births = (None, date(1950, 3, 15), as_of - timedelta(days=31), oldest, oldest - timedelta(days=1))
    months = st.sampled_from([None if back is None else month_of(as_of) - back for back in MONTHS_BACK])
    schemes = draw(st.lists(st.sampled_from(("resident", "employee")), min_size=1, max_size=3))
    return Subject(
        person_no="P1",
        benefits=tuple((f"B{nth}", scheme) for nth, scheme in enumerate(schemes)),
        base=draw(months),
        last_pass=draw(months),
        birth=draw(st.sampled_from(births)),
        number_valid=draw(st.integers(0, 19)) != 19,
        shared_id=draw(st.integers(0, 9)) == 9,
        double_roster=draw(st.integers(0, 9)) == 9,
    )


@st.composite
def cases(draw: st.DrawFn) -> tuple[Subject, tuple[Seen, ...], date, bool]:
    as_of = draw(st.sampled_from(AS_OF_DATES))
    count = draw(st.integers(0, 10))
    records = tuple(draw(sights(as_of, nth)) for nth in range(count))
    return draw(subjects(as_of)), records, as_of, draw(st.booleans())


def as_month(index: int | None) -> Month | None:
    return None if index is None else Month.parse(month_text(index))


def as_person(subject: Subject) -> decision.Person:
    """The base is known of one benefit and the newest pass of another: a person has the earliest and the newest."""
    bases = [as_month(subject.base), *[None] * (len(subject.benefits) - 1)]
    passes = [*[None] * (len(subject.benefits) - 1), as_month(subject.last_pass)]
    return decision.Person(
        person_no=subject.person_no,
        birth_date=subject.birth,
        benefits=tuple(
            decision.Benefit(benefit_no, evidence.Scheme(scheme), base, last_pass)
            for (benefit_no, scheme), base, last_pass in zip(subject.benefits, bases, passes, strict=True)
        ),
        number_valid=subject.number_valid,
        shared_id=subject.shared_id,
        double_roster=subject.double_roster,
    )


def as_record(seen: Seen) -> evidence.Record:
    return evidence.Record(
        feed=seen.feed,
        batch=seen.batch,
        row_id=seen.row_id,
        code=seen.code,
        department=seen.department,
        sign=evidence.Sign(seen.sign),
        grade=evidence.Grade(seen.grade),
        kind=seen.kind,
        day=seen.day,
        end_date=seen.end,
        identity=evidence.Identity(seen.identity),
        no_raise=seen.no_raise,
        cancelled=evidence.WhyNot(seen.cancelled) if seen.cancelled else None,
    )


def with_hints(subject: Subject, records: tuple[Seen, ...], as_of: date) -> list[Seen]:
    """Hints are judged before the production rule gets them: an exit without return is one, another name is none."""
    entries = [seen for seen in records if seen.code == "entry"]
    return [
        replace(seen, sign="hint", grade="L3")
        if seen.code == "exit" and usable([seen], subject, as_of) and left_for_a_year(subject, [seen, *entries], as_of)
        else seen
        for seen in records
        if seen.sign != "hint" or seen.identity == "exact"
    ]


def in_words(found: decision.Decision) -> Told:
    """A production decision in the words of the reference, records by their place alone."""
    places = sorted((record.feed, record.batch, record.row_id) for record in found.deciding)
    pass_month = None if found.pass_month is None else str(found.pass_month)
    return found.benefit_no, str(found.list), pass_month, [str(reason) for reason in found.reasons], places


def told(verdict: Verdict) -> Told:
    places = sorted(seen.place for seen in verdict.deciding)
    return verdict.benefit_no, verdict.list, verdict.pass_month, list(verdict.reasons), places


@given(cases())
def test_production_rule_equals_the_reference(case: tuple[Subject, tuple[Seen, ...], date, bool]) -> None:
    subject, records, as_of, sources_unknown = case
    expected = [told(verdict) for verdict in decide(subject, records, as_of, sources_unknown)]
    handed = [as_record(seen) for seen in with_hints(subject, records, as_of)]
    found = decision.decide(
        as_person(subject), handed, as_of=as_of, rule=decision.DecisionRule(), sources_unknown=sources_unknown
    )
    assert [in_words(one) for one in found] == expected
