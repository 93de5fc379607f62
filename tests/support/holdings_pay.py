"""Pay runs that lie in a region, so that another region can ask for them (test_isolation.py)."""

from datetime import date
from hashlib import sha256

from anling.audit.scope import within
from anling.audit.values import Scope
from anling.payment.exporting import control_file
from anling.payment.models import PayRun, RunState
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


def a_payrun_to_sign(region: str) -> tuple[Arguments, Posted]:
    return {"key": payrun(region).pk, "act": "sign"}, {}


def a_payrun_handed_over(region: str) -> tuple[Arguments, Posted]:
    return {"key": payrun(region, RunState.EXPORTED).pk}, {"version": "1"}


def a_payrun_with_file(region: str) -> tuple[Arguments, Posted]:
    run = payrun(region, RunState.EXPORTED)
    with within(Scope(region)):
        run.file_sha256 = control_file(run).sha256
        run.save()
    return {"key": run.pk, "kind": "csv"}, {}
