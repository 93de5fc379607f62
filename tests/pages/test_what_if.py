"""What-if in a browser: values changed in a form, the worker at work, who would move, down to people and onto paper."""

import pytest
from playwright.sync_api import Page, expect

from anling.audit.scope import within
from anling.comparison.models import Run, State, WhatIf
from anling.comparison.what_if.asking import Question, ask_what_if
from tests.support.browser import inspect, shot, sign_in
from tests.support.platform import NOW
from tests.support.province import PROVINCE, Office, finished, office

__all__ = ["finished", "office"]


@pytest.fixture
def asked(finished: Run, office: Office) -> WhatIf:
    """One that waits, with nobody to answer it."""
    return ask_what_if(
        question=Question("44", finished, False), values={"clock.resident.cycle_months": "11"}, reason="notice",
        by=office.clerk, at=NOW,
    )  # fmt: skip


def test_states_without_an_answer(asked: WhatIf, page: Page) -> None:
    sign_in(page, "province")
    page.goto(f"/office/what-if/{asked.pk}")
    expect(page.locator("#progress")).to_contain_text("Waiting")
    inspect(page, "what-if-waiting")
    with within(PROVINCE):
        WhatIf.objects.filter(pk=asked.pk).update(state=State.RUNNING, label="turn", done=0, total=0)
    expect(page.locator("#progress")).to_contain_text("Waiting until another comparison of this worker is done")
    inspect(page, "what-if-turn")
    with within(PROVINCE):
        WhatIf.objects.filter(pk=asked.pk).update(state=State.RUNNING, label="decide", done=400, total=2000)
    expect(page.locator("#progress")).to_contain_text("Comparing")
    inspect(page, "what-if-running")
    page.get_by_role("button", name="Cancel it").click()
    expect(page.locator("#progress")).to_contain_text("It stops at the next step")
    with within(PROVINCE):
        WhatIf.objects.filter(pk=asked.pk).update(state=State.FAILED, error="The files of run 1 are gone; ask anew.")
    expect(page.locator("#progress")).to_contain_text("are gone")
    inspect(page, "what-if-failed")


@pytest.mark.usefixtures("worker")
def test_from_a_changed_value_to_the_people_it_would_move(finished: Run, page: Page) -> None:
    sign_in(page, "province")
    page.goto("/office/what-if")
    inspect(page, "what-if-list")
    page.get_by_role("link", name="Try a policy").click()
    page.get_by_label("Rests on").select_option(str(finished.pk))
    page.get_by_role("button", name="Show the values in force").click()
    inspect(page, "what-if-form")
    page.locator("[name='clock.employee.cycle_months']").fill("six")
    page.get_by_text("Government services: login").click()
    page.locator("[name='feeds.gov_login.code.face']").select_option("P3")
    page.get_by_role("button", name="See who would move").click()
    expect(page.get_by_role("alert")).to_contain_text("a whole number is expected here")
    expect(page.locator("[name='clock.employee.cycle_months']")).to_have_value("six")
    expect(page.locator("[name='feeds.gov_login.code.face']")).to_have_value("P3")
    inspect(page, "what-if-form-refused")
    page.locator("[name='clock.employee.cycle_months']").fill("6")
    page.locator("[name='clock.employee.stop_after_months']").fill("7")
    page.get_by_label("What for").fill("draft of the notice")
    page.get_by_role("button", name="See who would move").click()
    expect(page.get_by_role("heading", name="Lists before and after")).to_be_visible(timeout=90_000)
    last_row = page.locator(".card-table tbody tr:last-child > *")
    assert set(last_row.evaluate_all("cells => cells.map(each => getComputedStyle(each).borderBottomWidth)")) == {"0px"}
    inspect(page, "what-if-answer")
    page.emulate_media(media="print")
    shot(page, "what-if-answer-print", 1440)
    page.emulate_media(media="screen")
    page.get_by_role("row", name="Eligible").get_by_role("link").first.click()
    expect(page.locator("tbody tr").first).to_be_visible()
    inspect(page, "what-if-people")
    with page.expect_download() as taken:
        page.get_by_role("button", name="Export XLSX").click()
    assert taken.value.suggested_filename.endswith(".xlsx")
    page.get_by_label("Region").fill("4499")
    page.get_by_role("button", name="Filter").click()
    expect(page.locator(".empty")).to_contain_text("Nobody like this")
    inspect(page, "what-if-people-none")
