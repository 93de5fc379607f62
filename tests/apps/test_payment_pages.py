"""The page that says since when a benefit that came suspended was not paid, as two officers use it."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from anling.access.roles import Role
from anling.audit.scope import within
from anling.payment.models import EarlierStop
from anling.roster.models import Benefit
from tests.support.client import NUMBER, person
from tests.support.pay import HERE, REGION
from tests.support.platform import officer
from tests.support.visit import visitor

pytestmark = pytest.mark.usefixtures("db")


def _at(username: str, role: Role) -> Client:
    client = visitor()
    client.force_login(officer(username, role, REGION))
    return client


def test_a_clerk_proposes_the_month_a_reviewer_approves_it_and_the_page_is_cheap() -> None:
    key = person(NUMBER, REGION, pay_status="suspended", suspend_reason="no_proof_of_life", benefit_start="2015-01-01")
    with within(HERE):
        benefit = Benefit.objects.get(person=key)
    page = f"/office/benefits/{benefit.pk}/since"
    clerk, reviewer = _at("one", Role.CLERK), _at("two", Role.REVIEWER)
    with CaptureQueriesContext(connection) as asked:
        assert clerk.get(page).status_code == 200
    assert len(asked) <= 25
    assert clerk.post(page, {"month": "2026-13", "paper": "list 7"}).status_code == 200
    refused = clerk.post(page, {"month": "2099-01", "paper": "list 7"})
    assert refused.status_code == 422
    assert "outside the benefit" in refused.content.decode() or "可停发" in refused.content.decode()
    assert clerk.post(page, {"month": "2020-05", "paper": "list 7"}).status_code == 302
    assert "list 7" in reviewer.get(page).content.decode()
    assert reviewer.post(page, {"month": "2020-06", "sure": "on"}).status_code == 422
    assert reviewer.post(page, {"month": "2020-05", "sure": "on"}).status_code == 302
    with within(HERE):
        assert EarlierStop.objects.get().approver_label
