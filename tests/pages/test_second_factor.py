"""A second factor in a real browser: a passkey of a virtual authenticator, and an authenticator app."""

from collections.abc import Iterator

import pytest
from allauth.mfa.models import Authenticator
from playwright.sync_api import Browser, Page, expect

from anling.audit.kinds import Kind
from anling.audit.models import Entry
from tests.support.browser import inspect, sign_in_by_form
from tests.support.platform import PASSWORD
from tests.support.totp import code

pytestmark = pytest.mark.usefixtures("officers")
_KEY = {
    "protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True,
    "isUserVerified": True, "automaticPresenceSimulation": True,
}  # fmt: skip


@pytest.fixture
def local(browser: Browser, live_server: str) -> Iterator[Page]:
    """A window at the name under which browsers know passkeys without https, with a key in the machine."""
    address = live_server.replace("127.0.0.1", "localhost")
    context = browser.new_context(base_url=address, locale="en-US", viewport={"width": 1440, "height": 900})
    page = context.new_page()
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.on("console", lambda line: errors.append(line.text) if line.type == "error" else None)
    devices = context.new_cdp_session(page)
    devices.send("WebAuthn.enable")
    devices.send("WebAuthn.addVirtualAuthenticator", {"options": _KEY})
    yield page
    context.close()
    assert not errors, errors


def _type_password(page: Page, username: str) -> None:
    page.goto("/account/login/")
    page.locator("[name=login]").fill(username)
    page.locator("[name=password]").fill(PASSWORD)
    page.locator("main form button").first.click()
    page.wait_for_url(lambda url: "/authenticate/" in url)


def _open(page: Page, path: str) -> None:
    """A page that concerns the account's safety asks for the password once more."""
    page.goto(path)
    if "/reauthenticate/" in page.url:
        page.locator("[name=password]").fill(PASSWORD)
        page.locator("main form button").first.click()
        page.wait_for_url(f"**{path}")


def _sign_out(page: Page) -> None:
    page.goto("/account/logout/")
    page.locator("main form button").first.click()
    page.wait_for_url(lambda url: "logout" not in url)


def test_a_passkey_is_added_and_opens_the_door_next_time(local: Page) -> None:
    sign_in_by_form(local, "clerk")
    local.goto("/account/mfa/")
    inspect(local, "mfa-index")
    _open(local, "/account/mfa/webauthn/add/")
    local.get_by_label("Name").fill("laptop")
    inspect(local, "mfa-passkey-add")
    local.locator("#mfa_webauthn_add").click()
    local.wait_for_url(lambda url: "/webauthn/add/" not in url)
    assert Authenticator.objects.filter(type=Authenticator.Type.WEBAUTHN).count() == 1
    _open(local, "/account/mfa/webauthn/")
    expect(local.get_by_role("listitem")).to_contain_text(["laptop"])
    inspect(local, "mfa-passkeys")
    _sign_out(local)
    _type_password(local, "clerk")
    inspect(local, "mfa-authenticate")
    local.goto("/office/")
    assert "/authenticate/" in local.url, "a password alone opens nothing"
    local.locator("#mfa_webauthn_authenticate").click()
    local.wait_for_url(lambda url: "/account/" not in url)
    local.goto("/office/")
    expect(local.get_by_role("heading", level=1)).to_be_visible()
    assert Entry.objects.filter(kind=Kind.SIGNED_IN).count() == 2


def test_an_authenticator_app_is_set_up_and_its_code_asked_for(page: Page) -> None:
    sign_in_by_form(page, "clerk")
    _open(page, "/account/mfa/totp/activate/")
    inspect(page, "mfa-totp")
    secret = page.locator("#authenticator_secret").input_value()
    page.locator("[name=code]").fill(code(secret))
    page.locator("main form button").first.click()
    page.wait_for_url(lambda url: "/activate/" not in url)
    inspect(page, "mfa-totp-done")
    _sign_out(page)
    _type_password(page, "clerk")
    page.locator("[name=code]").fill("000000")
    page.locator("main form button").first.click()
    expect(page.locator("main")).to_contain_text("Incorrect code")
    inspect(page, "mfa-wrong-code")
    assert Entry.objects.filter(kind=Kind.SIGN_IN_FAILED, reason="second factor").count() == 1
    page.locator("[name=code]").fill(code(secret))
    page.locator("main form button").first.click()
    page.wait_for_url(lambda url: "/account/" not in url)
