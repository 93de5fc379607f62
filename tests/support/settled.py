"""Findings about benefits in pay, on their way to the second officer."""

from datetime import date, datetime

from anling.audit.scope import within
from anling.casework import findings, operations
from anling.casework.findings import Found
from anling.casework.models import Case, CaseKind, Finding, Outcome
from anling.payment.accounts.ledgers import account_of
from anling.payment.effects import settling
from anling.payment.models import PayLine, PayRun
from anling.roster.models import Benefit
from anling.rules.ledger import Totals
from tests.support.pay import HERE, REGION, PayOffice, on


def found(
    office: PayOffice, benefit: Benefit, outcome: Outcome, *, day: date | None, at: datetime | None = None,
    until: date | None = None, way: str = "", event: str = "",
) -> Finding:  # fmt: skip
    """What the clerk found of a benefit's person; a loss waits for the second officer."""
    at = at or on(3)
    said = Found(outcome, "the register says so", day=day, until=until, way=way, event=event)
    with within(HERE):
        case = Case.objects.filter(person=benefit.person_id).exclude(state="closed").first()
        if case is None:
            case = operations.open_case(
                person=benefit.person_id, region=REGION, kind=CaseKind.REPORT, note="called", by=office.clerk, at=at
            )
        return findings.find(case=case.pk, version=case.version, found=said, by=office.clerk, at=at)


def approved(office: PayOffice, finding: Finding, at: datetime | None = None) -> Finding:
    """The reviewer agrees."""
    with within(HERE):
        version = Case.objects.get(pk=finding.case_id).version
        return settling.approve_finding(
            finding=finding.pk, version=version, note="", by=office.reviewer, at=at or on(3)
        )


def dead(office: PayOffice, benefit: Benefit, day: date, at: datetime | None = None) -> Finding:
    """A death found by the clerk and approved by the reviewer."""
    return approved(office, found(office, benefit, Outcome.DEAD, day=day, at=at), at)


def status_of(benefit: Benefit) -> tuple[str, str]:
    """Pay status and its reason, as the roster has them now."""
    with within(HERE):
        benefit.refresh_from_db()
    return benefit.pay_status, benefit.suspend_reason


def lines_of(run: PayRun) -> list[tuple[str, str, str]]:
    """Action, state and reason of every line of a run."""
    with within(HERE):
        return [(row.action, row.state, row.reason) for row in PayLine.objects.filter(run=run).order_by("action")]


def totals_of(benefit: Benefit, month: int = 8, day: int = 25) -> Totals:
    """What the account of a benefit comes to on a day of 2026."""
    with within(HERE):
        benefit.refresh_from_db()
        return account_of(benefit, at=on(day, month)).ledger.totals
