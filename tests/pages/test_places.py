"""Regions, units and outlets, as an officer meets them."""

import pytest
from playwright.sync_api import Page, expect

from anling.access.models import Officer
from anling.access.queries import actor_of
from anling.comparison.place_sheets import read_place_sheet
from anling.territory.lists import read_list
from anling.territory.operations import load_list
from tests.support.browser import inspect, sign_in
from tests.support.platform import DAY, NOW

pytestmark = pytest.mark.usefixtures("officers")
OUTLETS = "网点编号,网点名称,行政区划代码,地址\nW1,越秀服务厅,440104,东风路1号\nW2,=天河邮局,440106,体育西路\n"


def test_a_region_is_found_and_its_former_codes_lead_to_todays(page: Page) -> None:
    sign_in(page, "clerk")
    page.goto("/office/places?q=越秀")
    page.get_by_role("link", name="广东省 广州市 越秀区", exact=True).click()
    expect(page.get_by_role("heading", level=2)).to_have_text("越秀区 440104")
    inspect(page, "office-places-county")
    page.get_by_role("link", name="广州市").click()
    expect(page.get_by_role("row", name="440102 东山区 2004-12-31")).to_contain_text("越秀区 440104")
    inspect(page, "office-places")


def test_an_outlet_is_added_refused_elsewhere_and_the_form_keeps_what_was_typed(page: Page) -> None:
    sign_in(page, "clerk")
    page.goto("/office/places/outlets")
    inspect(page, "office-outlets-empty")
    page.get_by_role("link", name="Add an outlet").first.click()
    for label, text in (("Code", "W9"), ("Name", "福田厅"), ("Region code", "440304"), ("Address", "深南路")):
        page.get_by_label(label, exact=True).fill(text)
    page.get_by_role("button", name="Save").click()
    expect(page.locator("#id_region_error")).to_contain_text("not yours")
    assert page.get_by_label("Address", exact=True).input_value() == "深南路"
    inspect(page, "office-outlet-refused")
    page.get_by_label("Region code", exact=True).fill("440106")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("row", name="福田厅")).to_contain_text("广东省 广州市 天河区")


def test_the_directory_is_filtered_and_exported_as_it_is_seen(page: Page) -> None:
    actor = actor_of(Officer.objects.get(username="clerk"), DAY)
    load_list(
        given=read_list(sheet=read_place_sheet, kind="outlets", name="a.csv", content=OUTLETS.encode()),
        by=actor,
        at=NOW,
    )
    sign_in(page, "clerk")
    page.goto("/office/places/outlets?region=440106")
    assert page.locator("tbody tr").count() == 1
    inspect(page, "office-outlets")
    text = page.request.get("/office/places/outlets/directory.csv?region=440106").text()
    assert "'=天河邮局" in text
    assert "越秀" not in text
    by_name = page.request.get("/office/places/outlets/directory.csv?sort=outlet").text()
    assert by_name.index("天河邮局") < by_name.index("越秀服务厅"), "in the order of the page"


def test_a_unit_is_changed_from_its_row(page: Page) -> None:
    actor = actor_of(Officer.objects.get(username="clerk"), DAY)
    units = "编号,名称,区划代码\nU/1,一厂,440104\n"
    load_list(
        given=read_list(sheet=read_place_sheet, kind="units", name="a.csv", content=units.encode()), by=actor, at=NOW
    )
    sign_in(page, "clerk")
    page.goto("/office/places/units")
    inspect(page, "office-units")
    page.get_by_role("link", name="一厂").click()
    page.get_by_label("Name", exact=True).fill("第一厂")
    inspect(page, "office-unit")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("row", name="第一厂")).to_contain_text("U/1")
