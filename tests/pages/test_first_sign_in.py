"""The first sign-in of an officer, with the one-time password that the security administrator told them."""

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.support.browser import inspect, sign_in_by_form

pytestmark = pytest.mark.usefixtures("officers")

OWN = "a lamp beside the river"


def test_a_new_officer_chooses_a_password_before_anything_opens(
    page: Page, browser: Browser, live_server: str
) -> None:  # fmt: skip
    sign_in_by_form(page, "security")
    page.goto("/office/officers/add")
    page.get_by_label("Account name").fill("li")
    page.get_by_label("Name", exact=True).fill("李四")
    page.get_by_label("Role").select_option("clerk")
    page.get_by_label("Region").fill("4401")
    inspect(page, "officer-add")
    page.get_by_role("button", name="Add", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("The one-time password, shown once")
    inspect(page, "officer-one-time-password")
    one_time = page.locator("main code").last.inner_text()

    li = browser.new_context(base_url=live_server, locale="en-US").new_page()
    li.goto("/account/login/?next=/office/people")
    li.locator("[name=login]").fill("li")
    li.locator("[name=password]").fill(one_time)
    li.locator("main form button").first.click()
    expect(li.locator("[name=oldpassword]")).to_be_visible()
    expect(li.locator("body")).to_contain_text("Choose a password of your own first")
    inspect(li, "first-sign-in")
    li.locator("[name=oldpassword]").fill(one_time)
    li.locator("[name=password1]").fill(OWN)
    li.locator("[name=password2]").fill(OWN)
    li.locator("main form button").first.click()
    li.wait_for_url("**/office/people")
    expect(li.get_by_role("heading", level=1)).to_have_text("People")
    li.context.close()
