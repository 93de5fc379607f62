"""Casework as officers do it, in a browser: from a listed person to a case that is closed, and an appeal."""

import re
from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect

from anling.access.queries import actor_of
from anling.access.roles import Role
from anling.audit.scope import within
from anling.audit.values import Actor, Scope
from anling.casework import appeals, findings, operations
from anling.casework.appeals import Contested
from anling.casework.findings import Found
from anling.casework.models import Appeal, Attempt, Case, Outcome
from anling.casework.operations import Tried
from anling.casework.tasks import adopt_job
from anling.roster.models import Person
from tests.support.browser import inspect, sign_in
from tests.support.client import person
from tests.support.listings import CERTIFICATE, DEATH, TRIP, Listed, listing, taken_over
from tests.support.platform import DAY, NOW, officer

HERE = Scope("4401")
NAMES = ("陈㛃", "欧阳娜仁托娅·乌云其其格", "李建国", "何䶮", "黄丽珍", "梁伯")


@pytest.fixture
def work(officers: None) -> Actor:
    """Six people on the lists of a run that was taken over, and two officers beside the clerk."""
    del officers
    by = actor_of(officer("worker", Role.CLERK, "4401", name="王办事"), DAY)
    officer("second", Role.REVIEWER, "4401", name="周复核")
    keys = [person(f"44010419410203{n:03}X", unit=f"U{n % 2}", phone="13800138000", address="越秀区东风路1号")
            for n in range(len(NAMES))]  # fmt: skip
    with within(Scope("44")):
        for key, name in zip(keys, NAMES, strict=True):
            Person.objects.filter(pk=key).update(name=name)
    rows = [
        Listed(keys[0]), Listed(keys[1], "lost", "death", (DEATH, CERTIFICATE)),
        Listed(keys[2], reasons="conflict death", records=(DEATH, TRIP)), *(Listed(key) for key in keys[3:]),
    ]  # fmt: skip
    taken_over(listing(*rows, region="4401"), by, NOW)
    return by


def _case(name: str) -> Case:
    with within(HERE):
        return Case.objects.get(person__name=name)


@pytest.mark.usefixtures("work")
def test_to_verify_is_tried_and_found_alive_beside_the_list(page: Page) -> None:
    sign_in(page, "worker")
    page.goto("/office/cases?assignee=nobody")
    inspect(page, "cases")
    page.get_by_role("link", name="陈㛃").click()
    beside = page.locator("#beside")
    expect(beside).to_contain_text("no other department confirms")
    assert f"open={_case('陈㛃').pk}" in page.url
    inspect(page, "cases-beside")
    beside.get_by_role("button", name="Take", exact=True).click()
    expect(page.get_by_role("status")).to_contain_text("The case is in your hands")
    expect(page.locator("#beside")).to_contain_text("In work")
    page.locator("#beside").get_by_text("Record an attempt").click()
    page.get_by_label("What came of it").select_option("reached")
    page.locator("#beside").get_by_role("button", name="Record", exact=True).click()
    expect(page.locator("#beside")).to_contain_text("Reached in person")
    page.locator("#beside").get_by_text("Say what was found").click()
    page.get_by_label("What was found").select_option("alive")
    page.get_by_label("Day", exact=True).fill("2026-06-20")
    page.get_by_label("Checked how (alive)").select_option("visit")
    page.get_by_label("On what it rests").fill("Seen at home with her card.")
    inspect(page, "case-finding")
    page.get_by_role("button", name="Record the finding").click()
    expect(page.get_by_role("status")).to_contain_text("The case is closed")
    expect(page.locator("#beside")).to_contain_text("Alive")
    page.goto(f"/office/people/{_case('陈㛃').person_id}")
    expect(page.locator("#cases")).to_contain_text("Alive")
    inspect(page, "person-with-cases")


@pytest.mark.usefixtures("work")
def test_a_loss_is_confirmed_returned_and_approved_by_another(page: Page) -> None:
    case = _case(NAMES[1])
    sign_in(page, "worker")
    page.goto(f"/office/cases/{case.pk}")
    inspect(page, "case")
    page.get_by_text("Say what was found").click()
    page.get_by_label("What was found").select_option("dead")
    page.get_by_label("On what it rests").fill("The daughter showed the certificate.")
    page.get_by_role("button", name="Record the finding").click()
    expect(page.get_by_role("alert")).to_contain_text("Give the day")
    expect(page.get_by_label("On what it rests")).to_have_value("The daughter showed the certificate.")
    inspect(page, "case-finding-refused")
    page.get_by_label("Day", exact=True).fill("2026-05-11")
    page.get_by_role("button", name="Record the finding").click()
    expect(page.get_by_role("status")).to_contain_text("A second officer")
    page.get_by_role("button", name="王办事").click()
    page.get_by_role("button", name="Sign out").click()
    sign_in(page, "second")
    page.goto("/office/")
    inspect(page, "home-with-work")
    page.get_by_role("link", name="Findings to approve").first.click()
    inspect(page, "findings")
    page.get_by_role("link", name="Look and decide").click()
    expect(page.locator("#pending")).to_contain_text("The daughter showed the certificate")
    inspect(page, "case-to-approve")
    page.get_by_role("button", name="Approve: Dead").click()
    page.get_by_label("I have looked at what it does to pay.").check()
    page.get_by_role("button", name="Approve", exact=True).click()
    expect(page.get_by_role("status")).to_contain_text("Approved")
    page.goto("/office/findings")
    inspect(page, "findings-empty")


def test_two_officers_on_one_case_and_the_second_reads_what_changed(page: Page, work: Actor) -> None:
    case = _case("李建国")
    sign_in(page, "clerk")
    page.goto(f"/office/cases/{case.pk}")
    with within(HERE):
        operations.take(case=case.pk, version=1, by=work, at=NOW)
    page.get_by_role("button", name="Take", exact=True).click()
    expect(page.get_by_role("alert")).to_contain_text(re.compile("王办事 changed the case meanwhile.*Taken"))
    inspect(page, "case-conflict")


def test_an_appeal_reopens_the_case_and_is_decided(page: Page, work: Actor) -> None:
    case, second = _case("何䶮"), actor_of(officer("third", Role.REVIEWER, "4401", name="吴三"), DAY)
    with within(HERE):
        tried = Tried(Attempt.Way.VISIT, Attempt.Result.NO_ANSWER, NOW - timedelta(days=1))
        operations.record_attempt(
            person=case.person_id, region=case.region, tried=tried, by=work, at=NOW, case=case.pk
        )  # fmt: skip
        dead = Found(Outcome.DEAD, "The neighbour said so.", day=DAY)
        made = findings.find(case=case.pk, version=2, found=dead, by=work, at=NOW)
        findings.approve_finding(finding=made.pk, note="", by=second, at=NOW)
    sign_in(page, "worker")
    page.goto(f"/office/people/{case.person_id}")
    page.get_by_role("link", name="Take an appeal in").click()
    page.get_by_label("What is contested, in the person's own words").fill("I am alive. 我还在世。")
    inspect(page, "appeal-receive")
    page.get_by_role("button", name="Take it in").click()
    expect(page.get_by_role("status")).to_contain_text("reference")
    page.get_by_role("link", name="The case").click()
    expect(page.locator("main")).to_contain_text("Appeal received")
    page.get_by_role("button", name="王办事").click()
    page.get_by_role("button", name="Sign out").click()
    sign_in(page, "second")
    page.goto("/office/appeals?state=open")
    inspect(page, "appeals")
    page.locator("main tbody a").first.click()
    page.get_by_label("Upheld: the case stays open for a new finding").check()
    page.get_by_label("Answer to the person, with its reasons").fill("You are right, we apologise.")
    inspect(page, "appeal")
    page.get_by_role("button", name="Decide").click()
    expect(page.locator("main")).to_contain_text("Upheld")
    inspect(page, "appeal-decided")


@pytest.mark.usefixtures("work")
def test_keys_do_what_the_mouse_does(page: Page) -> None:
    sign_in(page, "worker")
    page.goto("/office/cases")
    page.keyboard.press("?")
    expect(page.get_by_role("dialog")).to_contain_text("next and previous case")
    inspect(page, "cases-keys")
    page.get_by_role("button", name="Close").click()
    expect(page.locator("#keys")).to_be_hidden()
    page.keyboard.press("j")
    first = page.locator("#cases tbody tr").first
    expect(first.locator("a.case-link")).to_be_focused()
    page.keyboard.press("j")
    page.keyboard.press("k")
    expect(first.locator("a.case-link")).to_be_focused()
    page.keyboard.press("x")
    expect(first.get_by_role("checkbox")).to_be_checked()
    page.keyboard.press("o")
    expect(page.locator("#beside")).to_contain_text("Why this case")
    page.keyboard.press("t")
    expect(page.get_by_role("status")).to_contain_text("The case is in your hands")


@pytest.mark.usefixtures("work")
def test_on_a_telephone_a_case_is_a_page(page: Page) -> None:
    sign_in(page, "worker")
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto("/office/cases")
    page.get_by_role("link", name="陈㛃").click()
    page.wait_for_url("**/office/cases/*")
    expect(page.get_by_role("heading", level=1)).to_contain_text("陈㛃")


@pytest.mark.usefixtures("work")
def test_chosen_cases_get_an_officer_and_check_sheets(page: Page) -> None:
    sign_in(page, "worker")
    page.goto("/office/cases")
    for box in page.locator("#cases tbody input[type=checkbox]").all()[:2]:
        box.check()
    page.get_by_role("button", name="Check sheets of the chosen").click()
    expect(page.get_by_role("heading", level=2)).to_have_count(2)
    inspect(page, "check-sheets")
    page.goto("/office/cases")
    page.get_by_label("Give to").select_option(label="王办事")
    page.get_by_label("All 6 of this filter").check()
    page.get_by_role("button", name="Give", exact=True).click()
    expect(page.get_by_role("status")).to_contain_text("6 cases have a new officer")
    page.goto("/office/cases?kind=appeal")
    inspect(page, "cases-empty")


def test_a_run_is_taken_over_after_a_look_at_the_counts(page: Page, work: Actor) -> None:
    run = listing(Listed(_case("梁伯").person_id), region="4401", as_of=DAY + timedelta(days=1))
    sign_in(page, "worker")
    page.goto(f"/office/runs/{run.pk}")
    page.get_by_role("link", name="Take over this run").click()
    expect(page.locator("main table")).to_contain_text("they are closed")
    inspect(page, "run-adopt")
    page.get_by_label("What for").fill("monthly comparison")
    page.get_by_role("button", name="Take over this run").click()
    expect(page.locator("#adoption")).to_contain_text("Waiting for the worker")
    adopt_job(run=run.pk, region="4401", by=work.key)  # the worker's part; its tables were emptied under it
    expect(page.locator("#adoption")).to_contain_text("Taken over")
    inspect(page, "run-adopted")


def test_a_feed_whose_records_were_wrong_is_told(page: Page, work: Actor) -> None:
    case = _case("黄丽珍")
    with within(HERE):
        alive = Found(Outcome.ALIVE, "seen", day=DAY, way="visit")
        findings.find(case=case.pk, version=1, found=alive, by=work, at=NOW)
    sign_in(page, "worker")
    page.goto("/office/feeds/civil_cremation")
    expect(page.locator("main")).to_contain_text("refuted 1")
    inspect(page, "feed-precision")
    with page.expect_download() as download:
        page.get_by_role("button", name="Correction notice: 1 record proved wrong").click()
    assert download.value.suggested_filename.startswith("civil_cremation-")
    page.goto("/office/feeds")
    inspect(page, "feeds-precision")


def test_an_appeal_that_came_by_page_is_listed(page: Page, work: Actor) -> None:
    case = _case("陈㛃")
    with within(HERE):
        said = Contested(Appeal.Way.OFFICER, "Why was I not asked?")
        appeals.receive(person=case.person_id, region=case.region, contested=said, by=work, at=NOW)
    sign_in(page, "worker")
    page.goto("/office/cases")
    expect(page.locator("#cases")).to_contain_text("陈㛃")
