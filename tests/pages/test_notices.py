"""Notices as an officer meets them: what did not arrive first, the words as read, letters to print."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from anling.access.models import Officer
from anling.access.queries import actor_of
from anling.audit.scope import within
from anling.audit.values import Scope
from anling.notices import operations
from anling.notices.letter_file import Letter, letter_file
from anling.notices.models import Kind, Notice
from anling.notices.ports import Fate, Receipt
from anling.notices.receipts import take
from anling.notices.samples import samples
from anling.notices.sending import key_of, send_due
from anling.notices.words import LANGUAGES
from anling.roster.models import Person
from anling.rules.months import Month
from tests.support import notices_held
from tests.support.browser import inspect, shot, sign_in
from tests.support.client import NUMBER
from tests.support.gateways import FakeGateway
from tests.support.platform import DAY, NOW

pytestmark = pytest.mark.usefixtures("officers")
NAMES = ("陈㛃", "买买提·艾则孜·阿不都热依木江", "李某", "王某", "何某")


def _told(name: str, kind: Kind = Kind.WARNING, **fields: object) -> Notice:
    by = actor_of(Officer.objects.get(username="clerk"), DAY)
    benefit = notices_held.benefit("440104", **fields)
    values = {"until": "2026-07", "stop": "2026-08"} if kind == Kind.WARNING else {"until": "2027-07"}
    stop = Month.of(2026, 8) if kind == Kind.WARNING else None
    with within(Scope("4401")):
        Person.objects.filter(pk=benefit.person_id).update(name=name)
        return operations.queue(
            benefit=benefit, kind=kind, about="2026-08:30", stop_month=stop, values=values, by=by, at=NOW
        )


def _stories() -> list[Notice]:
    """One arrived, one came back as wrong number and is now a letter, nobody can be reached, two wait."""
    numbers = iter(f"1380000000{n}" for n in range(9))
    arrived, wrong = (_told(name, phone=next(numbers)) for name in NAMES[:2])
    gateway = FakeGateway()
    send_due(at=NOW, gateways={"sms": gateway})
    receipts = [Receipt(key_of(arrived), Fate.DELIVERED),
                Receipt(key_of(wrong), Fate.UNDELIVERABLE, "wrong_number")]  # fmt: skip
    take(receipts=receipts, at=NOW)
    unreachable = _told(NAMES[2], phone="", address="")
    waits, result = _told(NAMES[3], phone=next(numbers)), _told(NAMES[4], Kind.RESULT, phone=next(numbers))
    return [arrived, wrong, unreachable, waits, result]


def test_the_list_shows_first_whom_nothing_reached_and_is_filtered(page: Page) -> None:
    sign_in(page, "clerk")
    page.goto("/office/notices")
    inspect(page, "office-notices-empty")
    _stories()
    page.goto("/office/notices")
    rows = page.locator("tbody tr")
    expect(rows).to_have_count(6)
    expect(rows.nth(0)).to_contain_text("neither telephone nor address on record")
    expect(rows.nth(0)).to_contain_text("Needs a person")
    inspect(page, "office-notices")
    page.get_by_role("link", name="李某").click()
    expect(page.get_by_role("row", name="Warning 2026-08")).to_contain_text("Needs a person")
    inspect(page, "office-person-with-notices")
    page.goto("/office/notices")
    page.get_by_role("link", name="Needs a person (1)").click()
    expect(rows).to_have_count(1)
    page.get_by_role("link", name="Did not arrive (2)").click()
    expect(page.locator("tbody")).to_contain_text("the number is not this person's")
    page.get_by_role("link", name="Arrived (1)").click()
    expect(rows).to_have_count(1)
    expect(rows).to_contain_text("陈㛃")
    page.goto("/office/notices?kind=result&channel=sms&region=440104")
    expect(rows).to_have_count(1)


def test_a_notice_is_shown_as_it_is_read_and_cancelled_with_a_reason(page: Page) -> None:
    waits = _stories()[3]
    sign_in(page, "clerk")
    page.goto(f"/office/notices/{waits.pk}")
    expect(page.locator("main")).to_contain_text("请最迟2026年7月31日办一次认证")
    expect(page.locator("main")).not_to_contain_text(NUMBER)
    inspect(page, "office-notice")
    page.get_by_role("button", name="Do not send it").click()
    page.get_by_label("Reason").fill("she came to the counter")
    page.get_by_role("button", name="Do not send it").click()
    expect(page.get_by_role("status")).to_contain_text("will not be sent")
    expect(page.locator("main")).to_contain_text("Cancelled")


def test_whom_nothing_reaches_asks_for_a_human_and_a_wrong_number_leads_to_the_letter(page: Page) -> None:
    _, wrong, unreachable, waits, _ = _stories()
    sign_in(page, "clerk")
    page.goto(f"/office/notices/{unreachable.pk}")
    expect(page.locator(".alert-danger")).to_contain_text("somebody has to try in person")
    inspect(page, "office-notice-unreachable")
    page.goto(f"/office/notices/{wrong.pk}")
    expect(page.locator("main")).to_contain_text("The same by another way")
    page.get_by_role("link", name="Letter", exact=True).click()
    inspect(page, "office-notice-letter")
    page.goto(f"/office/notices/{waits.pk}")
    page.get_by_label("Reason").fill("a stranger answers")
    page.get_by_role("button", name="The number is wrong").click()
    expect(page.get_by_role("status")).to_contain_text("until it is corrected")
    inspect(page, "office-notice-wrong-number")


def test_letters_are_taken_printed_and_answered(page: Page) -> None:
    _stories()
    sign_in(page, "clerk")
    page.goto("/office/notices")
    page.get_by_role("link", name="Letters (1)").click()
    inspect(page, "office-letters")
    page.get_by_role("button", name="Take the next batch").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Letters")
    inspect(page, "office-letter-batch")
    with page.expect_download() as download:
        page.get_by_role("button", name="File to print").click()
    text = download.value.path().read_text(encoding="utf-8")
    assert "买买提·艾则孜·阿不都热依木江" in text
    page.get_by_label("What it rests on").fill("list of registered mail of 3 July")
    page.get_by_role("button", name="The rest arrived").click()
    expect(page.locator("tbody tr")).to_contain_text("Arrived")
    page.goto("/office/notices/letters")
    inspect(page, "office-letters-none")


def test_every_letter_fits_on_one_sheet(browser: Browser, tmp_path: Path) -> None:
    examples = [(each.said, each.template.to) for language in LANGUAGES for each in samples(language)]
    address = "广东省广州市越秀区东风东路一千二百三十四号之五丰收小区六栋七单元一零零三房（居委会旁边）"
    letters = [
        Letter(number, "zh-hans", "买买提·艾则孜·阿不都热依木江", address, "广州市社会保险基金管理中心", DAY, said, to)
        for number, (said, to) in enumerate(examples)
    ]
    (tmp_path / "letters.html").write_text(letter_file(letters), encoding="utf-8")
    window = browser.new_page()
    window.goto((tmp_path / "letters.html").as_uri())
    printed = window.pdf(prefer_css_page_size=True)
    shot(window, "letters", 900)
    window.close()
    assert max(int(count) for count in re.findall(rb"/Count ([0-9]+)", printed)) == len(letters)


def test_the_words_of_every_kind_are_shown_in_both_languages(page: Page) -> None:
    sign_in(page, "clerk")
    page.goto("/office/notices/words")
    expect(page.locator(".card")).to_have_count(len(samples("zh-hans")))
    inspect(page, "office-notice-words")
    page.get_by_role("link", name="English").first.click()
    expect(page.locator("main")).to_contain_text("It is time to confirm your pension")
    page.locator("summary").first.click()
    inspect(page, "office-notice-words-en")
