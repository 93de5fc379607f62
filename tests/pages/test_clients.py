"""A client system is switched off and on again, by somebody who has said that they know what it does."""

import pytest
from playwright.sync_api import Page, expect

from anling.access.models import ClientSystem
from anling.audit.kinds import Kind
from anling.audit.models import Entry
from tests.support.browser import inspect, sign_in
from tests.support.client import Caller, ask_for_token, caller

pytestmark = pytest.mark.usefixtures("officers")
OFF = "I have told whoever runs it that it stops reading and writing now."
ON = "I have asked whoever runs it, and it may read and write again."


@pytest.fixture
def theirs(officers: None) -> Caller:
    """A client system that reads already."""
    del officers
    made = caller("4401")
    assert made.get("/agencies").status_code == 200
    return made


def switched(page: Page, name: str, reason: str, sure: str) -> None:
    form = page.locator("form", has=page.get_by_role("heading", name=name))
    form.get_by_label("Reason").fill(reason)
    form.get_by_label(sure).check()
    form.get_by_role("button", name=name).click()
    expect(page.locator("main")).to_contain_text("Done and recorded.")


def test_a_client_system_is_switched_off_and_on(page: Page, theirs: Caller) -> None:
    sign_in(page, "security")
    page.goto(f"/office/clients/{theirs.system.pk}")
    inspect(page, "client-on")
    switched(page, "Switch off", "contract ended", OFF)
    expect(page.locator("main")).to_contain_text("switched off")
    inspect(page, "client-off")
    assert theirs.get("/agencies").status_code == 401
    assert ask_for_token(theirs.system).status_code in (400, 401)
    switched(page, "Switch on", "contract renewed", ON)
    expect(page.get_by_role("button", name="Switch off")).to_be_visible()
    assert ask_for_token(theirs.system).status_code == 200
    assert [entry.reason for entry in Entry.objects.filter(kind=Kind.CLIENT_CHANGED).order_by("pk")] == [
        "contract ended", "contract renewed",
    ]  # fmt: skip


def test_nothing_is_switched_unless_it_is_confirmed_and_what_was_typed_stays(page: Page, theirs: Caller) -> None:
    sign_in(page, "security")
    page.goto(f"/office/clients/{theirs.system.pk}")
    form = page.locator("form", has=page.get_by_role("heading", name="Switch off"))
    form.evaluate("form => form.noValidate = true")  # so that the server has to refuse, not the browser
    form.get_by_label("Reason").fill("contract ended")
    form.get_by_role("button", name="Switch off").click()
    expect(form.get_by_label("Reason")).to_have_value("contract ended")
    expect(form.get_by_label(OFF)).to_have_attribute("aria-invalid", "true")
    inspect(page, "client-not-confirmed")
    assert ClientSystem.objects.get().active
    assert theirs.get("/agencies").status_code == 200


def test_two_who_switch_it_off_at_once_do_not_undo_each_other(page: Page, theirs: Caller) -> None:
    sign_in(page, "security")
    page.goto(f"/office/clients/{theirs.system.pk}")
    ClientSystem.objects.update(active=False)
    switched(page, "Switch off", "retired", OFF)
    assert not ClientSystem.objects.get().active
