"""A recipient agrees to messages by WeChat on a telephone, by a link from the counter, and takes it back."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, ViewportSize, expect

from anling.audit.scope import within
from anling.notices.models import Subscription
from tests.support import notices_held
from tests.support.browser import axe, inspect, serving, sign_in
from tests.support.client import NUMBER
from tests.support.gateways import TOKEN, as_process

pytestmark = pytest.mark.usefixtures("officers")
PHONE: ViewportSize = {"width": 390, "height": 844}


@pytest.fixture
def on_the_phone(browser: Browser, database: None, tmp_path: Path) -> Iterator[Page]:
    """A telephone before a server that has a gateway for WeChat."""
    del database
    with as_process(tmp_path) as gateway:
        variables = {
            "ANLING_WECHAT_URL": gateway.address, "ANLING_WECHAT_TOKEN": TOKEN,
            "ANLING_WECHAT_CONSENT_URL": f"{gateway.address}/subscribe",
            "ANLING_WECHAT_TEMPLATES": "warning=T1,suspension=T2,restoration=T3",
        }  # fmt: skip
        with serving(**variables) as address:
            context = browser.new_context(base_url=address, locale="en", viewport=PHONE)
            yield context.new_page()
            context.close()


def _left() -> list[dict[str, int]]:
    with within(notices_held.PROVINCE):
        return [each.left for each in Subscription.objects.filter(ended_at=None)]


def test_from_the_counter_to_the_telephone_into_wechat_and_back(on_the_phone: Page) -> None:
    page = on_the_phone
    benefit = notices_held.benefit()
    sign_in(page, "clerk")
    page.goto(f"/office/people/{benefit.person_id}")
    page.get_by_role("button", name="WeChat link").click()
    inspect(page, "wechat-link")
    link = page.get_by_label("Link", exact=True).input_value()
    page.context.clear_cookies()

    page.goto(link)
    inspect(page, "me-wechat-who")
    page.set_viewport_size(PHONE)
    page.get_by_label("Last 4 characters").fill("0000")
    page.get_by_role("button", name="Continue").click()
    expect(page.locator("main")).to_contain_text("These are not the last 4 characters")
    page.get_by_label("Last 4 characters").fill(NUMBER[-4:])
    page.get_by_role("button", name="Continue").click()
    expect(page.get_by_role("link", name="Agree in WeChat")).to_be_visible()
    inspect(page, "me-wechat")
    page.set_viewport_size(PHONE)
    small = page.locator(".recipient a.weui-btn, .recipient p, .weui-cell__bd").evaluate_all(
        "all => all.filter(e => parseFloat(getComputedStyle(e).fontSize) < 18).map(e => e.textContent)"
    )
    assert small == []

    page.get_by_role("link", name="Agree in WeChat").click()
    axe(page)
    page.get_by_role("link", name="Agree").click()
    expect(page.locator("main")).to_contain_text("You get messages about your pension by WeChat")
    inspect(page, "me-wechat-agreed")
    page.set_viewport_size(PHONE)
    assert _left() == [{"warning": 1, "suspension": 1, "restoration": 1}]

    page.get_by_role("link", name="Agree once more").click()
    page.get_by_role("link", name="Refuse").click()
    expect(page.get_by_role("alert")).to_contain_text("You allowed no messages this time")
    inspect(page, "me-wechat-refused")
    page.set_viewport_size(PHONE)

    page.get_by_role("button", name="I want no more messages by WeChat").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("No more messages by WeChat")
    inspect(page, "me-wechat-stopped")
    assert _left() == []


def test_a_link_that_is_not_ours_says_where_to_get_one(page: Page) -> None:
    page.goto("/me/wechat/made-up")
    expect(page.get_by_role("alert")).to_contain_text("Ask the social insurance office for a new one")
    inspect(page, "me-wechat-no-link")
