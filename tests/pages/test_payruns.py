"""A pay run in a browser: drafted by the worker, signed by a clerk, approved by another officer, answered."""

import re

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from anling.audit.scope import within
from anling.feeds.models import Batch
from anling.payment.runs.exporting import export
from anling.payment.runs.running import approve, sign
from anling.rules.months import Month
from tests.support.browser import inspect, sign_in
from tests.support.pay import HERE, STOP, PayOffice, on

pytestmark = pytest.mark.usefixtures("flushed")


def _confirm(page: Page, button: str, reason: str = "") -> None:
    if reason:
        page.get_by_label("Reason").fill(reason)
    page.get_by_label("I have looked at the totals above.").check()
    page.locator("main form").get_by_role("button", name=button, exact=True).click()


def _sign_out(page: Page) -> None:
    page.context.clear_cookies()


def _office_of(month: Month) -> PayOffice:
    """An office to which every department has delivered up to a month."""
    office = PayOffice()
    with within(HERE):
        Batch.objects.update(
            months={str(month - back): 100_000 for back in range(36)}, covers_to=month.last_day,
            delivered_at=on(1, month.month, month.year),
        )  # fmt: skip
    return office


def test_two_officers_bring_a_run_to_the_pay_system(page: Page) -> None:
    this = Month.of_date(timezone.localdate())  # a run is signed and handed over within its pay month
    office = _office_of(this)
    stopped, spared, silent = (office.benefit(base=this - 13) for _ in range(3))
    office.warned(stopped, stop=this)
    office.warned(spared, stop=this)
    run = office.drafted(this)
    sign_in(page, "pay-clerk")
    page.goto("/office/payruns")
    inspect(page, "payruns")
    page.get_by_role("link", name=str(this)).click()
    expect(page.locator("main")).to_contain_text("no warning was delivered")
    inspect(page, "payrun-draft")
    page.get_by_role("link", name="Lines").click()
    page.get_by_label(f"Choose {spared.benefit_no}").check()
    inspect(page, "payrun-lines")
    page.get_by_role("button", name="Take out").click()
    inspect(page, "payrun-take-out")
    _confirm(page, "Take out", "in hospital since Monday")
    page.get_by_role("link", name="Sign", exact=True).click()
    inspect(page, "payrun-sign")
    _confirm(page, "Sign")
    expect(page.get_by_role("status")).to_contain_text("another officer approves it")
    assert page.get_by_role("link", name="Approve", exact=True).count() == 0
    _sign_out(page)
    sign_in(page, "pay-reviewer")
    page.goto(f"/office/payruns/{run.pk}")
    page.get_by_role("link", name="Approve", exact=True).click()
    _confirm(page, "Approve")
    page.get_by_role("link", name="Hand over to the pay system").click()
    inspect(page, "payrun-hand-over")
    _confirm(page, "Hand over to the pay system")
    with page.expect_download() as taken:
        page.get_by_role("button", name="CSV", exact=True).click()
    with open(taken.value.path(), encoding="utf-8-sig") as file:
        assert [line.split(",")[0] for line in file] == ["benefit_no", stopped.benefit_no]
    with within(HERE):
        spared.refresh_from_db()
        silent.refresh_from_db()
    assert {spared.pay_status, silent.pay_status} == {"paying"}


def test_a_wrong_answer_file_is_answered_on_the_page_and_a_right_one_is_taken(page: Page) -> None:
    office = PayOffice()
    stopped = office.benefit()
    office.warned(stopped)
    run = office.handed_over()
    sign_in(page, "pay-clerk")
    page.goto(f"/office/payruns/{run.pk}")
    answers = page.get_by_label("Answer of the pay system (CSV)")
    answers.set_input_files({"name": "answer.csv", "mimeType": "text/csv", "buffer": b"benefit_no,result\n"})
    page.get_by_role("button", name="Take the answer").click()
    expect(page.locator("main")).to_contain_text("answer.csv has no column action")
    inspect(page, "payrun-answer-refused")
    content = f"benefit_no,action,result\n{stopped.benefit_no},stop,refused\n".encode()
    answers.set_input_files({"name": "answer.csv", "mimeType": "text/csv", "buffer": content})
    page.get_by_role("button", name="Take the answer").click()
    expect(page.locator("main")).to_contain_text("1 difference is to be settled")
    inspect(page, "payrun-answered")


@pytest.mark.usefixtures("worker")
def test_the_worker_makes_the_draft_that_is_asked_for(page: Page) -> None:
    PayOffice()
    sign_in(page, "pay-clerk")
    page.goto("/office/payruns")
    expect(page.locator(".empty")).to_be_visible()
    inspect(page, "payruns-none")
    page.get_by_role("button", name="Draft a pay run").click()
    expect(page.get_by_role("link", name="Sign", exact=True)).to_be_visible(timeout=30_000)
    assert re.search(r"/office/payruns/\d+$", page.url)


def test_who_was_stopped_and_comes_late_is_restored_with_every_month(page: Page) -> None:
    office = PayOffice()
    stopped = office.benefit(amount="187.65")
    office.warned(stopped)
    office.handed_over()
    office.passed(stopped, STOP, on(20))
    run = office.drafted(STOP + 1)
    sign_in(page, "pay-clerk")
    page.goto(f"/office/people/{stopped.person_id}")
    expect(page.locator("#pay")).to_contain_text("Suspended")
    page.goto(f"/office/payruns/{run.pk}")
    page.get_by_role("link", name=re.compile("^Arrears")).click()
    expect(page.locator("tbody")).to_contain_text("187.65")
    inspect(page, "payrun-arrears")
    with within(HERE):
        run = sign(run=run.pk, version=run.version, by=office.clerk, at=on(6, 9))
        run = approve(run=run.pk, version=run.version, by=office.reviewer, at=on(6, 9))
        run = export(run=run.pk, version=run.version, by=office.clerk, at=on(6, 9))
    page.goto(f"/office/payruns/{run.pk}")
    rows = "".join(f"{stopped.benefit_no},{action},done\n" for action in ("resume", "arrears"))
    content = f"benefit_no,action,result\n{rows}".encode()
    answers = page.get_by_label("Answer of the pay system (CSV)")
    answers.set_input_files({"name": "answer.csv", "mimeType": "text/csv", "buffer": content})
    page.get_by_role("button", name="Take the answer").click()
    expect(page.locator("main")).to_contain_text("2 done, 0 refused")
    page.goto(f"/office/people/{stopped.person_id}")
    pay = page.locator("#pay")
    expect(pay).to_contain_text("Paying")
    pay.get_by_text("Month by month").click()
    expect(pay.locator("tbody")).to_contain_text("187.65")
    inspect(page, "person-restored")
