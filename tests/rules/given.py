"""Reads the facts of a decision case: benefits and records in the short form of the tables."""

import re
from collections.abc import Mapping
from datetime import date
from typing import Any

from anling.rules.evidence import Grade, Identity, Record, Scheme, Sign, WhyNot
from anling.rules.facts import Benefit, Person
from anling.rules.months import Month
from tests.support.table import DEPARTMENTS, MEANINGS, kind

RECORD = re.compile(
    r"(?P<feed>\w+) (?P<code>\w+) (?P<day>[\d-]{10})(\.\.(?P<end>[\d-]{10}))?"
    r"( (?P<cancelled>released|revoked))?( (?P<identity>variant_name|other_name|near_id|no_id))?"
)
BENEFIT = re.compile(r"(?P<scheme>\w+) (unknown|(?P<only_base>base=)?(?P<month>\d{4}-\d{2}))")


def read_person(facts: Mapping[str, Any]) -> Person:
    """The person of a case; benefits are numbered B1, B2 … in the order they are written."""
    benefits = tuple(read_benefit(f"B{place}", text) for place, text in enumerate(facts["benefits"], 1))
    marks = {name: facts[name] for name in ("number_valid", "shared_id", "double_roster") if name in facts}
    return Person("P1", facts["birth"], benefits, **marks)


def read_benefit(benefit_no: str, text: str) -> Benefit:
    """`employee 2023-07` last passed then; `resident base=2023-07` never passed; `resident unknown` has no base."""
    written = _match(BENEFIT, text)
    month = Month.parse(written["month"]) if written["month"] else None
    return Benefit(benefit_no, Scheme(written["scheme"]), month, None if written["only_base"] else month)


def read_records(facts: Mapping[str, Any]) -> list[Record]:
    """The records of a case; row ids are their numbers 1, 2, … in the order they are written."""
    return [read_record(str(place), text) for place, text in enumerate(facts["records"], 1)]


def read_record(row_id: str, text: str) -> Record:
    """`feed code day[..end] [released|revoked] [identity]`; sign, grade and department as contracts.md has them."""
    written = _match(RECORD, text)
    feed, code = written["feed"], written["code"]
    meaning = MEANINGS[feed, code]
    return Record(
        feed=feed,
        batch="batch",
        row_id=row_id,
        code=code,
        department=DEPARTMENTS[feed],
        sign=Sign(meaning.sign),
        grade=Grade(meaning.grade),
        kind=kind(feed, code),
        day=date.fromisoformat(written["day"]),
        end_date=date.fromisoformat(written["end"]) if written["end"] else None,
        identity=Identity(written["identity"] or "exact"),
        no_raise=meaning.no_raise,
        cancelled=WhyNot(written["cancelled"]) if written["cancelled"] else None,
    )


def _match(pattern: re.Pattern[str], text: str) -> re.Match[str]:
    found = pattern.fullmatch(text)
    if found is None:
        raise ValueError(f"'{text}' is not written as {pattern.pattern}.")
    return found
