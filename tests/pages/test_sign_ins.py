"""The security administrator sees where an officer is signed in, browsers and command lines, and ends all of it."""

import pytest
from playwright.sync_api import Browser, Page, expect

from anling.access.models import CommandSession, Officer
from tests.support.browser import inspect, sign_in_by_form
from tests.support.command import signed_in_here

pytestmark = pytest.mark.usefixtures("officers")


def test_sign_ins_are_seen_and_ended(page: Page, browser: Browser, live_server: str) -> None:
    elsewhere = browser.new_context(base_url=live_server, locale="en-US").new_page()
    sign_in_by_form(elsewhere, "clerk")
    signed_in_here("clerk")
    sign_in_by_form(page, "security")
    page.goto(f"/office/officers/{Officer.objects.get(username='clerk').pk}")
    expect(page.get_by_role("row", name="Command line here tester")).to_be_visible()
    expect(page.get_by_role("row", name="Browser 127.0.0.1")).to_contain_text("when idle")
    inspect(page, "officer-signed-in")
    card = page.locator("form", has=page.get_by_role("button", name="End all sign-ins"))
    card.get_by_label("Reason").fill("the laptop is lost")
    card.get_by_role("button").click()
    expect(page.locator("main")).to_contain_text("Nowhere.")
    elsewhere.goto("/office/")
    assert "/account/login/" in elsewhere.url
    elsewhere.context.close()
    assert not CommandSession.objects.exists()
