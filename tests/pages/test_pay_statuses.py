"""Pay statuses that the roster file holds otherwise, chosen on a page of the queue and settled together."""

import pytest
from playwright.sync_api import Page, expect

from tests.support import holdings
from tests.support.browser import inspect, sign_in

pytestmark = pytest.mark.usefixtures("officers")

REGION = "440104"


def test_all_of_a_page_are_chosen_looked_at_and_settled_with_one_reason(page: Page) -> None:
    for _ in range(3):
        holdings.pay_status_differs(REGION)
    sign_in(page, "clerk")
    page.goto("/office/cleanup?kind=pay_status_differs")
    boxes = page.locator("main tbody input[type=checkbox]")
    page.get_by_label("Choose all of this page").check()
    assert all(box.is_checked() for box in boxes.all())
    boxes.first.uncheck()
    expect(page.get_by_label("Choose all of this page")).not_to_be_checked()
    inspect(page, "cleanup-choose")
    page.get_by_role("button", name="Settle the chosen …").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Settle the chosen differences")
    expect(page.locator("main tbody").first).to_contain_text("Suspended")
    inspect(page, "cleanup-settle-many")
    page.get_by_label("That of the roster file").check()
    page.get_by_label("Reason").fill("list of the bank of 3 July")
    page.get_by_role("button", name="Settle 2 differences").click()
    expect(page.get_by_role("status")).to_contain_text("2 differences are settled")
    expect(page.locator("main tbody tr")).to_have_count(1)
    page.get_by_role("button", name="Settle the chosen …").click()
    expect(page.get_by_text("Choose differences in the list first.")).to_be_visible()
