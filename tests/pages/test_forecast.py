"""The forecast in a browser: asked for, made by the worker, looked through down to the people."""

import pytest
from playwright.sync_api import Page, expect

from anling.payment.forecasts.forecasting import forecast
from tests.support.browser import inspect, sign_in
from tests.support.client import places
from tests.support.pay import REGION, STOP, PayOffice, on

pytestmark = pytest.mark.usefixtures("flushed")


def test_from_one_number_to_the_people_behind_it(page: Page) -> None:
    places()
    office = PayOffice()
    for months in (13, 12, 12, 11, 5):
        office.benefit(STOP - months)
    office.benefit(STOP - 12, unit="")
    sign_in(page, "pay-clerk")
    page.goto("/office/forecast")
    expect(page.locator(".empty")).to_contain_text("No forecast yet")
    inspect(page, "forecast-none")
    forecast(region=REGION, by=office.clerk, at=on(6))
    page.reload()
    expect(page.locator(".display-5")).to_have_text("5")
    expect(page.locator(".load-chart canvas")).to_be_visible()
    inspect(page, "forecast")
    page.get_by_role("link", name="at a counter nearby").click()
    expect(page.locator("tbody tr")).to_have_count(1)
    inspect(page, "forecast-people")
    page.goto("/office/forecast")
    row = page.get_by_role("row", name="through the unit")
    row.get_by_role("link").nth(2).click()
    expect(page.locator("tbody tr")).to_have_count(2)
    page.get_by_role("link", name="Give to an officer").click()
    inspect(page, "forecast-give")
    page.get_by_label("Note").fill("call them before September")
    page.get_by_role("button", name="Give them").click()
    expect(page.get_by_role("status")).to_contain_text("Given: 2; new cases: 2")
    expect(page.locator("tbody tr")).to_have_count(2)


@pytest.mark.usefixtures("worker")
def test_the_worker_makes_the_forecast_that_is_asked_for(page: Page) -> None:
    PayOffice().benefit()
    sign_in(page, "pay-clerk")
    page.goto("/office/forecast")
    page.get_by_role("button", name="Make a new forecast").click()
    expect(page.get_by_role("status")).to_contain_text("is being made")
    for _ in range(20):
        page.wait_for_timeout(1000)
        page.reload()
        if page.locator(".display-5").count():
            break
    expect(page.locator(".display-5")).to_be_visible()
