"""The frame that all pages share, as an officer meets it."""

import pytest
from playwright.sync_api import Page, expect

from tests.support.browser import inspect, sign_in
from tests.support.platform import PASSWORD

pytestmark = pytest.mark.usefixtures("officers")


def test_the_start_page_shows_the_way_to_sign_in(page: Page) -> None:
    page.goto("/")
    inspect(page, "start")
    page.get_by_role("link", name="Sign in").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Sign in")
    inspect(page, "sign-in")


def test_a_wrong_password_is_answered_on_the_form_which_keeps_the_name(page: Page) -> None:
    page.goto("/account/login/")
    page.locator("[name=login]").fill("clerk")
    page.locator("[name=password]").fill("wrong")
    page.locator("main form button").first.click()
    expect(page.get_by_role("alert")).to_be_visible()
    assert page.locator("[name=login]").input_value() == "clerk"
    inspect(page, "sign-in-refused")


def test_an_officer_page_asks_to_sign_in_and_then_opens(page: Page) -> None:
    page.goto("/office/")
    assert "/account/login/" in page.url
    page.locator("[name=login]").fill("clerk")
    page.locator("[name=password]").fill(PASSWORD)
    page.locator("main form button").first.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("What should I do now?")
    inspect(page, "office-home")


def test_the_language_is_switched_and_stays(page: Page) -> None:
    sign_in(page, "clerk")
    page.goto("/office/")
    page.get_by_role("button", name="中文").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("现在该做什么？")
    assert page.locator("html").get_attribute("lang") == "zh-hans"
    inspect(page, "office-home-zh")
    page.goto("/")
    expect(page.get_by_role("heading", level=1)).to_have_text("安领")


def test_an_officer_changes_between_roles(page: Page) -> None:
    sign_in(page, "clerk")
    page.goto("/office/")
    page.get_by_role("button", name="Clerk").click()
    page.get_by_role("button", name="Reviewer").click()
    expect(page.get_by_role("status")).to_contain_text("Reviewer")
    page.goto("/office/")
    expect(page.locator(".office-bar").get_by_role("button", name="Reviewer", expanded=False)).to_be_visible()


def test_a_role_that_is_not_ones_own_cannot_be_chosen(page: Page) -> None:
    sign_in(page, "clerk")
    page.goto("/office/")
    page.get_by_role("button", name="Clerk").click()
    choice = page.get_by_role("button", name="Reviewer")
    choice.evaluate("button => { button.value = '7' }")
    choice.click()
    expect(page.get_by_role("alert")).to_contain_text("You no longer have this role")
    expect(page.locator(".office-bar").get_by_role("button", name="Clerk", expanded=False)).to_be_visible()


def test_somebody_without_a_role_is_told_whom_to_ask(page: Page) -> None:
    sign_in(page, "nobody")
    page.goto("/office/")
    expect(page.locator(".empty")).to_contain_text("Ask the security administrator")
    inspect(page, "office-home-nobody")


def test_the_keyboard_skips_to_the_content(page: Page) -> None:
    sign_in(page, "clerk")
    page.goto("/office/")
    page.keyboard.press("Tab")
    expect(page.locator(".skip-link")).to_be_focused()
    expect(page.locator(".skip-link")).to_be_in_viewport()
    page.keyboard.press("Enter")
    expect(page.locator("#content")).to_be_focused()


def test_a_telephone_opens_the_menu(page: Page) -> None:
    sign_in(page, "clerk")
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto("/office/")
    home = page.locator("#sections").get_by_role("link", name="Home")
    expect(home).to_be_hidden()
    page.get_by_role("button", name="Menu").click()
    expect(home).to_be_visible()


def test_every_screen_has_its_help(page: Page) -> None:
    sign_in(page, "clerk")
    page.goto("/office/")
    page.get_by_role("link", name="Help").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Help: Home")
    inspect(page, "help")


def test_an_officer_signs_out(page: Page) -> None:
    sign_in(page, "clerk")
    page.goto("/office/")
    page.get_by_role("button", name="陈㛃").click()
    page.get_by_role("button", name="Sign out").click()
    page.goto("/office/")
    assert "/account/login/" in page.url


@pytest.mark.parametrize("path", ["/no/such/page", "/office/help/nothing"])
def test_what_does_not_exist_is_said_with_a_remedy(page: Page, path: str) -> None:
    sign_in(page, "clerk")
    answer = page.goto(path)
    assert answer is not None
    assert answer.status == 404
    expect(page.get_by_role("heading", level=1)).to_have_text("This page does not exist")
    expect(page.get_by_role("link", name="To the start page")).to_be_visible()
    inspect(page, "404")


def test_an_expired_form_is_answered_with_a_remedy(page: Page) -> None:
    page.goto("/account/login/")
    page.locator("main [name=csrfmiddlewaretoken]").evaluate("field => { field.value = 'x'.repeat(64) }")
    page.locator("[name=login]").fill("clerk")
    page.locator("[name=password]").fill("wrong")
    page.locator("main form button").first.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("This form has expired")
    inspect(page, "403-csrf")


@pytest.mark.parametrize(
    ("path", "name", "heading"),
    [
        ("/account/password/change/", "password-change", "Change Password"),
        ("/account/mfa/", "second-factor", "Two-Factor Authentication"),
        ("/account/mfa/totp/activate/", "second-factor-app", "Activate Authenticator App"),
        ("/account/mfa/webauthn/add/", "second-factor-key", "Add Security Key"),
        ("/account/sessions/", "sessions", "Where I am signed in"),
        ("/account/logout/", "sign-out", "Sign Out"),
    ],
)
def test_the_pages_of_ones_account_are_in_our_frame(page: Page, path: str, name: str, heading: str) -> None:
    sign_in(page, "clerk")
    page.goto(path)
    if page.get_by_role("heading", name="Confirm that it is you").count():
        inspect(page, "confirm")
        page.get_by_label("Password").fill(PASSWORD)
        page.get_by_role("button", name="Confirm").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(heading)
    expect(page.locator("header .navbar-brand")).to_be_visible()
    inspect(page, name)


def test_the_script_of_security_keys_runs_under_the_policy(page: Page) -> None:
    sign_in(page, "clerk")
    page.goto("/account/mfa/webauthn/add/")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Confirm").click()
    expect(page.get_by_role("button", name="Add")).to_be_visible()
    assert page.evaluate("typeof window.allauth.webauthn.forms.addForm") == "function"


@pytest.mark.parametrize("username", ["clerk", "security", "audit", "system"])
def test_every_screen_that_the_navigation_offers_holds_together(page: Page, username: str) -> None:
    sign_in(page, username)
    page.goto("/office/")
    links = page.locator("#sections a")
    addresses = [link.get_attribute("href") for link in links.all()]
    assert "/office/" in addresses
    for address in addresses:
        answer = page.goto(str(address))
        assert answer is not None
        assert answer.status == 200, address
        expect(page.locator("#sections .active a")).to_have_attribute("href", str(address))
        inspect(page, f"screen-{str(address).strip('/').replace('/', '-')}")
