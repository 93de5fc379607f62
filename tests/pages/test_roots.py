"""Each audience has its own root, and finds there what it may do now."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from anling.access.roles import Role
from anling.territory.models import Outlet
from tests.support.browser import inspect, sign_in_by_form
from tests.support.client import places
from tests.support.platform import empty, officer


@pytest.fixture
def region(database: None) -> Iterator[None]:
    """Counters, units and agencies in two cities."""
    del database
    places()
    Outlet.objects.filter(code="O440104").update(
        name="北京街服务点", address="中山五路1号", hours="周一至周五 9:00–17:00", phone="12333"
    )
    yield
    empty()


@pytest.mark.usefixtures("region")
def test_a_recipient_reads_how_it_works_and_finds_a_place(page: Page) -> None:
    page.goto("/")
    page.get_by_role("link", name="For pensioners and families").click()
    inspect(page, "me")
    page.get_by_role("link", name="Find a place near me").click()
    page.get_by_label("Town, street or district").fill("中山五路")
    page.get_by_role("button", name="Search").click()
    expect(page.locator("main")).to_contain_text("北京街服务点")
    expect(page.locator("main")).to_contain_text("周一至周五")
    inspect(page, "me-places")
    page.get_by_label("Town, street or district").fill("nowhere")
    page.get_by_role("button", name="Search").click()
    expect(page.locator("main")).to_contain_text("No place was found")
    inspect(page, "me-places-none")
    page.get_by_role("link", name="Back to the beginning").click()
    page.get_by_role("link", name="My pension did not arrive").click()
    inspect(page, "me-stopped")
    page.get_by_role("link", name="It is a mistake: tell us").click()
    inspect(page, "me-appeal")


@pytest.mark.usefixtures("region")
def test_large_letters_and_large_targets(page: Page) -> None:
    page.goto("/me/")
    page.set_viewport_size({"width": 390, "height": 844})
    small = page.locator(".recipient a.weui-btn, .recipient p").evaluate_all(
        "all => all.filter(e => parseFloat(getComputedStyle(e).fontSize) < 18).map(e => e.textContent)"
    )
    assert small == []
    heights = page.locator(".recipient a.weui-btn").evaluate_all("all => all.map(e => e.offsetHeight)")
    assert min(heights) >= 48


@pytest.mark.usefixtures("region")
@pytest.mark.parametrize(
    ("role", "heading", "names"),
    [
        (Role.OUTLET_OPERATOR, "At the counter", "北京街服务点"),
        (Role.UNIT_CONTACT, "Your unit", "U440104"),
        (Role.VISITOR, "Your round", "经办机构"),
    ],
)
def test_who_does_not_work_in_the_office_lands_at_their_own_root(
    page: Page, role: Role, heading: str, names: str
) -> None:
    officer("somebody", role, "440104", name="何䶮")
    sign_in_by_form(page, "somebody")
    expect(page.get_by_role("heading", level=1)).to_have_text(heading)
    expect(page.locator("main")).to_contain_text("何䶮")
    expect(page.locator("main")).to_contain_text(names)
    inspect(page, f"root-{role}")
    page.goto("/office/payruns")
    assert page.get_by_role("heading", level=1).inner_text() != "Pay runs"
