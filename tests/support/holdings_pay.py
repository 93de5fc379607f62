"""Pay runs that lie in a region, so that another region can ask for them (test_isolation.py)."""

from datetime import date
from decimal import Decimal
from hashlib import sha256

from anling.audit.scope import within
from anling.audit.values import Scope
from anling.payment.models import Mismatch, PayFact, PayRun, Recovery, RunState
from anling.payment.runs.exporting import control_file
from anling.roster.models import Benefit
from tests.support.client import NUMBER, person
from tests.support.holdings import Arguments, Posted
from tests.support.platform import NOW


def payrun(region: str, state: RunState = RunState.DRAFT) -> PayRun:
    """A run without lines."""
    with within(Scope(region)):
        return PayRun.objects.create(
            region=region, month=date(2026, 6, 1), state=state, cutoff=NOW, policy_version="test", proposed_at=NOW,
            proposer="officer:0", proposer_label="test", counts={"lines": [], "not_due": 0, "suspended": 0},
            content_hash=sha256().hexdigest(),
        )  # fmt: skip


def a_payrun(region: str) -> tuple[Arguments, Posted]:
    return {"key": payrun(region).pk}, {}


def a_payrun_to_take_out(region: str) -> tuple[Arguments, Posted]:
    return {"key": payrun(region).pk}, {"format": "csv"}


def a_payrun_to_sign(region: str) -> tuple[Arguments, Posted]:
    return {"key": payrun(region).pk, "act": "sign"}, {}


def a_payrun_handed_over(region: str) -> tuple[Arguments, Posted]:
    return {"key": payrun(region, RunState.EXPORTED).pk}, {"version": "1"}


def a_payrun_with_file(region: str) -> tuple[Arguments, Posted]:
    run = payrun(region, RunState.EXPORTED)
    with within(Scope(region)):
        made = control_file(run)
        made.file.close()
        run.file_sha256 = made.sha256
        run.save()
    return {"key": run.pk, "kind": "csv"}, {"taken": "csv"}


def recovery(region: str, state: str = "open") -> Recovery:
    """A recovery of somebody paid in a region."""
    with within(Scope(region)):
        benefit = Benefit.objects.get(person=person(NUMBER, region, monthly_amount=Decimal("100.00")))
        return Recovery.objects.create(
            benefit=benefit, person_id=benefit.person_id, region=region, state=state, from_month=date(2026, 5, 1),
            to_month=date(2026, 5, 1), overpaid=Decimal("100.00"), source="test", opened_at=NOW, ordered_at=NOW,
            order_no="" if state == "open" else "2026-1",
        )  # fmt: skip


def a_recovery(region: str) -> tuple[Arguments, Posted]:
    return {"key": recovery(region).pk}, {}


def an_order(region: str) -> tuple[Arguments, Posted]:
    return {"key": recovery(region, "ordered").pk}, {}


def a_recovery_to_order(region: str) -> tuple[Arguments, Posted]:
    return {"key": recovery(region).pk, "act": "order"}, {}


def a_mismatch(region: str) -> tuple[Arguments, Posted]:
    with within(Scope(region)):
        return {"key": Mismatch.objects.create(kind="unknown_benefit", region=region, at=NOW).pk}, {}


def a_stop(region: str) -> tuple[Arguments, Posted]:
    with within(Scope(region)):
        benefit = Benefit.objects.get(person=person(NUMBER, region, monthly_amount=Decimal("100.00")))
        PayFact.objects.create(
            benefit=benefit, region=region, ref="stop:payrun:1", what="stop", month=date(2026, 5, 1),
            reason="not_certified", source="payrun:1", at=NOW, doer="officer:0",
            doer_label="test",
        )  # fmt: skip
    return {"key": benefit.pk, "ref": "stop:payrun:1"}, {}


def a_benefit_suspended_before(region: str) -> tuple[Arguments, Posted]:
    key = person(NUMBER, region, pay_status="suspended", suspend_reason="no_proof_of_life")
    with within(Scope(region)):
        return {"key": Benefit.objects.get(person=key).pk}, {}
