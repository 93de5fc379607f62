"""The decision, as the tables decision_*.yaml have it: lists, reasons, deciding records, and the fate of the others."""

from collections.abc import Iterable
from typing import Any

import pytest

from anling.rules.decision import Decision, DecisionRule, decide
from anling.rules.evidence import LOSS_SIGNS, ListName, Reason, Record
from anling.rules.months import Month
from tests.rules.given import read_person, read_records
from tests.rules.tables import Case, cases, subjects

CASES = list(cases(*subjects("decision_")))
UNLESS_STATED: dict[str, Any] = {"deciding": [], "pass_month": None, "unusable": {}, "hints": []}


def run(facts: dict[str, Any]) -> tuple[Decision, ...]:
    sources_unknown = facts.get("sources_unknown", False)
    records = read_records(facts)
    return decide(
        read_person(facts), records, as_of=facts["as_of"], rule=DecisionRule(), sources_unknown=sources_unknown
    )


def written(found: Decision) -> dict[str, Any]:
    return {
        "list": str(found.list),
        "reasons": [str(reason) for reason in found.reasons],
        "deciding": row_numbers(found.deciding),
        "pass_month": found.pass_month and str(found.pass_month),
        "unusable": {int(fate.record.row_id): str(fate.why_not) for fate in found.fates if not fate.usable},
        "hints": row_numbers(found.hints),
    }


def row_numbers(records: Iterable[Record]) -> list[int]:
    return sorted(int(record.row_id) for record in records)


def by_benefit(case: Case) -> dict[str, dict[str, Any]]:
    return case.expected if "B1" in case.expected else {"B1": case.expected}


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.id)
def test_decision(case: Case) -> None:
    found = {decision.benefit_no: written(decision) for decision in run(case.facts)}
    assert found == {benefit_no: UNLESS_STATED | rows for benefit_no, rows in by_benefit(case).items()}


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.id)
def test_every_loss_record_has_a_fate(case: Case) -> None:
    """Save where the roster's own number is invalid: nothing is tied to such a person."""
    tied = read_records(case.facts) if case.facts.get("number_valid", True) else []
    losses = row_numbers(record for record in tied if record.sign in LOSS_SIGNS)
    assert all(row_numbers(fate.record for fate in decision.fates) == losses for decision in run(case.facts))


def test_every_list_and_every_reason_has_a_case() -> None:
    expected = [rows for case in CASES for rows in by_benefit(case).values()]
    assert {rows["list"] for rows in expected} == set(ListName)
    assert {reason for rows in expected for reason in rows["reasons"]} == set(Reason)


@pytest.mark.parametrize(
    ("list_name", "pass_month", "reasons"),
    [
        (ListName.ELIGIBLE, None, (Reason.LIFE_P1,)),
        (ListName.LOST, Month.of(2024, 1), (Reason.DEATH,)),
        (ListName.NO_EVIDENCE, None, ()),
        (ListName.NO_EVIDENCE, None, (Reason.HINT, Reason.NONE)),
    ],
)
def test_contradictory_decisions_cannot_be_built(
    list_name: ListName, pass_month: Month | None, reasons: tuple[Reason, ...]
) -> None:
    benefit = read_person({"benefits": ["employee 2023-07"], "birth": None}).benefits[0]
    with pytest.raises(ValueError, match="Benefit B1"):
        Decision("B1", "P1", benefit.scheme, list_name, pass_month, reasons, (), ())
