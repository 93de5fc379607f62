"""Money as officers and recipients do it, in a browser: approved with its effect shown, ordered, undone, contested."""

from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from anling.access.queries import actor_of
from anling.access.roles import Role
from anling.audit.scope import within
from anling.casework import findings, operations
from anling.casework.findings import Found
from anling.casework.models import CaseKind, Outcome
from anling.roster.models import Benefit, Person
from anling.rules.months import Month
from anling.rules.names import match_key
from tests.support.browser import inspect, sign_in
from tests.support.pay import HERE, REGION, PayOffice
from tests.support.platform import officer


@pytest.fixture
def marked_dead(officers: None) -> Benefit:
    """Somebody in pay whom a clerk found dead since four months; a reviewer has to agree."""
    del officers
    now = timezone.now()
    month = Month.of_date(timezone.localdate(now))
    by = actor_of(officer("finder", Role.CLERK, REGION, name="王办事"), timezone.localdate(now))
    officer("second", Role.REVIEWER, REGION, name="周复核")
    office = PayOffice(clerk=by, reviewer=by)
    benefit = office.benefit(base=month - 5, amount="187.65")
    with within(HERE):
        Person.objects.filter(pk=benefit.person_id).update(name="欧阳娜仁托娅·乌云其其格")
        case = operations.open_case(
            person=benefit.person_id, region=REGION, kind=CaseKind.REPORT, note="called", by=by, at=now
        )
        day = (month - 4).first_day + timedelta(days=9)
        said = Found(Outcome.DEAD, "死亡证明，编号不详", day=day)
        findings.find(case=case.pk, version=case.version, found=said, by=by, at=now)
    return benefit


def test_an_approved_death_becomes_an_order_to_repay_and_a_wrong_one_is_undone(
    page: Page, marked_dead: Benefit
) -> None:
    sign_in(page, "second")
    page.goto("/office/findings")
    page.get_by_role("link", name="Look and decide").click()
    page.get_by_role("button", name="Approve: ").click()
    expect(page.get_by_text("overpaid 562.95 yuan for 3 months")).to_be_visible()
    inspect(page, "finding-approve")
    page.get_by_label("I have looked at what it does to pay.").check()
    page.get_by_role("button", name="Approve", exact=True).click()
    page.goto(f"/office/people/{marked_dead.person_id}")
    inspect(page, "person-pay")
    page.get_by_role("link", name="562.95 yuan overpaid").click()
    inspect(page, "recovery")
    page.context.clear_cookies()
    sign_in(page, "finder")
    page.goto("/office/recoveries")
    inspect(page, "recoveries")
    page.get_by_role("link", name="欧阳").click()
    page.get_by_role("link", name="Propose the order").click()
    page.get_by_label("Instalments").fill("3")
    page.get_by_label("I have looked at the sums above.").check()
    inspect(page, "recovery-order")
    page.get_by_role("button", name="Propose the order").click()
    expect(page.get_by_text("187.65").first).to_be_visible()
    page.context.clear_cookies()
    sign_in(page, "second")
    page.goto("/office/recoveries")
    page.get_by_role("link", name="欧阳").click()
    page.get_by_role("link", name="Approve the order").click()
    page.get_by_label("I have looked at the sums above.").check()
    page.get_by_role("button", name="Approve the order").click()
    page.get_by_role("link", name="Order as a letter").click()
    inspect(page, "recovery-letter")
    page.goto(f"/office/people/{marked_dead.person_id}")
    page.get_by_role("link", name="This was wrong: undo it").click()
    inspect(page, "reverse")
    page.get_by_label("Reason").fill("she came in person")
    page.get_by_label("I have looked at the months and sums above.").check()
    page.get_by_role("button", name="Undo it").click()
    expect(page.get_by_text("It is undone")).to_be_visible()
    expect(page.get_by_text("Cancelled", exact=True)).to_be_visible()
    page.goto("/office/mismatches")
    inspect(page, "mismatches")


def test_since_when_somebody_was_not_paid_is_said_by_one_officer_and_approved_by_another(
    page: Page, marked_dead: Benefit
) -> None:
    with within(HERE):
        Benefit.objects.filter(pk=marked_dead.pk).update(pay_status="suspended", suspend_reason="no_proof_of_life")
    sign_in(page, "finder")
    page.goto(f"/office/people/{marked_dead.person_id}")
    page.get_by_role("link", name="Say since when").click()
    page.get_by_label("First month not paid").fill("2020-05")
    page.get_by_label("Paper").fill("list 7 of the earlier system")
    inspect(page, "since-propose")
    page.get_by_role("button", name="Propose").click()
    page.context.clear_cookies()
    sign_in(page, "second")
    page.goto(f"/office/people/{marked_dead.person_id}")
    page.get_by_role("link", name="Say since when").click()
    expect(page.get_by_text("list 7 of the earlier system")).to_be_visible()
    page.get_by_label("I have looked at the paper.").check()
    inspect(page, "since-approve")
    page.get_by_role("button", name="Approve").click()
    expect(page.get_by_text("not paid since 2020-05")).to_be_visible()


def test_a_recipient_contests_and_asks_how_it_stands(page: Page, marked_dead: Benefit) -> None:
    with within(HERE):
        number = Person.objects.get(pk=marked_dead.person_id).id_number
    page.goto("/me/appeal")
    inspect(page, "me-appeal")
    page.get_by_label("Identity number").fill(number)
    page.get_by_label("Name").fill("欧阳娜仁托娅·乌云其其格")
    page.get_by_label("What is wrong?").fill("I am alive.")
    page.get_by_label("Telephone").fill("13800138000")
    page.get_by_role("button", name="Send").click()
    inspect(page, "me-received")
    page.get_by_role("link", name="How does it stand?").click()
    page.get_by_label("Last 4 characters").fill(number[-4:])
    page.get_by_role("button", name="Show").click()
    expect(page.get_by_text("look at it")).to_be_visible()
    inspect(page, "me-told")


def test_a_recipient_chooses_the_language_and_the_person_page_shows_it(page: Page, marked_dead: Benefit) -> None:
    with within(HERE):
        person = Person.objects.filter(pk=marked_dead.person_id)
        person.update(name_key=match_key(person.get().name))
        number = person.get().id_number
    page.goto("/me/")
    page.get_by_role("link", name="Language of letters and messages").click()
    inspect(page, "me-language")
    page.get_by_label("English").check()
    page.get_by_label("Identity number").fill(number)
    page.get_by_label("Name").fill("欧阳娜仁托娅·乌云其其格")
    page.get_by_role("button", name="Send").click()
    expect(page.get_by_text("come in this language from now on")).to_be_visible()
    inspect(page, "me-language-chosen")
    with within(HERE):
        assert person.get().language == "en"
