"""Two officers act on one thing at the same moment: one does it, the other is told (platform.md)."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date

import pytest
from django.db import connections

from anling.access.queries import actor_of
from anling.access.roles import Role
from anling.audit.scope import within
from anling.audit.values import Actor
from anling.casework.errors import TakenError
from anling.casework.models import Case, Outcome
from anling.payment import settling
from anling.payment.models import PayFact, Recovery
from tests.support.pay import HERE, REGION, STOP, PayOffice, on
from tests.support.platform import officer
from tests.support.settled import found


@pytest.mark.usefixtures("flushed")
def test_of_two_officers_who_approve_at_once_one_does_and_the_other_is_told() -> None:
    office = PayOffice()
    benefit = office.benefit(base=STOP - 3)
    finding = found(office, benefit, Outcome.DEAD, day=date(2026, 5, 20))
    others = [office.reviewer, actor_of(officer("third", Role.REVIEWER, REGION), date(2026, 7, 1))]
    with within(HERE):
        version = Case.objects.get(pk=finding.case_id).version

    def attempt(by: Actor) -> str:
        try:
            with within(HERE):
                settling.approve_finding(finding=finding.pk, version=version, note="", by=by, at=on(3))
        except TakenError:
            return "told"
        finally:
            connections.close_all()
        return "done"

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(attempt, others)) == ["done", "told"]
    with within(HERE):
        assert PayFact.objects.count() == 1
        assert Recovery.objects.count() == 1
