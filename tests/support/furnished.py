"""Something behind every resource of the API: comparisons, deliveries, passes, cases, pay runs with lines, notices."""

from datetime import date
from typing import Any

from anling.audit.scope import within
from anling.casework.models import Case
from anling.feeds.models import Batch
from anling.payment.models import PayLine
from anling.roster.models import Benefit
from tests.support import case_holdings, notices_held
from tests.support.client import ELSEWHERE, NUMBER, person, places
from tests.support.holdings import a_pass, batch
from tests.support.holdings_pay import payrun
from tests.support.listings import PROVINCE, Listed, listing
from tests.support.pay import STOP, PayOffice
from tests.support.platform import clerk

HERE = "440104"


def furnish() -> dict[str, list[Any]]:
    """Rows of two regions behind every resource. Returns real values of the parameters that name one of them."""
    places()
    someone = person(NUMBER, HERE, 3, monthly_amount=None, benefit_start=date(2019, 3, 1))
    person(ELSEWHERE, "440305")
    run = listing(Listed(someone), Listed(person(NUMBER, HERE), "eligible", "pass", pass_month=date(2026, 5, 1)))
    for region in (HERE, "440305"):
        a_pass(region)
    notices_held.notice(notices_held.benefit(HERE))
    notices_held.notice(notices_held.benefit(HERE), username="who-told-too")
    case_holdings.case(HERE)
    case = case_holdings.case(HERE)
    payrun("4401")
    delivery = batch(clerk("44", "who-received-it"))
    paid = _pay_run()
    with within(PROVINCE):
        benefits = list(Benefit.objects.filter(region__startswith="4401").values_list("pk", flat=True))
        return {
            "regions.code": [HERE, "440100"],
            "agencies.code": [f"A{HERE}"], "units.code": [f"U{HERE}"], "outlets.code": [f"O{HERE}"],
            "runs.number": [run.pk], "pay-runs.number": [paid],
            "benefit_id": benefits, "benefit": benefits,
            "person_id": [someone, case.person_id], "person": [someone, case.person_id],
            "batch_id": [delivery.pk, Batch.objects.earliest("pk").pk],
            "case_id": list(Case.objects.values_list("pk", flat=True)),
            "feed": [delivery.feed],
            "region": ["44", HERE], "limit": [1, 2, 500], "updated_since": ["2026-06-01T00:00:00+08:00"],
            "unit": [f"U{HERE}"],
            "id_number": [NUMBER, ELSEWHERE],
        }  # fmt: skip


def _pay_run() -> int:
    """A pay run that has gone all its way, with lines of several kinds; returns its number."""
    office = PayOffice()
    for warned in (True, True, False):
        late = office.benefit()
        if warned:
            office.warned(late)
    run = office.handed_over(STOP)
    with within(PROVINCE):
        if PayLine.objects.filter(run=run).count() < 3:
            raise AssertionError("the pay run has too few lines to ask for")
    return int(run.pk)
