"""A list of places is uploaded, looked at and applied; agencies are found."""

from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from anling.access.models import Officer
from anling.access.queries import actor_of
from anling.access.roles import Role
from anling.audit.kinds import Kind
from anling.audit.models import Entry
from anling.comparison.place_sheets import read_place_sheet
from anling.territory.lists import read_list
from anling.territory.models import Agency, Unit
from anling.territory.operations import load_list, save_unit
from tests.support.browser import inspect, sign_in
from tests.support.platform import DAY, NOW, officer

pytestmark = pytest.mark.usefixtures("officers")
HEAD = "编号,名称,区划代码,电话\n"


def _upload(page: Page, folder: Path, rows: str, name: str = "units.csv", kind: str = "units") -> None:
    file = folder / name
    file.write_text(rows, encoding="utf-8")
    page.goto(f"/office/places/lists/add?kind={kind}")
    page.get_by_label("File").set_input_files(file)
    page.get_by_role("button", name="Show what changes").click()


def test_a_list_is_shown_as_what_it_changes_and_applied_when_told(page: Page, tmp_path: Path) -> None:
    actor = actor_of(Officer.objects.get(username="clerk"), DAY)
    save_unit(code="U1", name="一厂", kind="other", region="440104", phone="1", by=actor, at=NOW)
    save_unit(code="U2", name="二厂", kind="other", region="440104", by=actor, at=NOW)
    sign_in(page, "clerk")
    page.goto("/office/places/units")
    page.get_by_role("link", name="Upload a list").click()
    inspect(page, "place-list-upload")
    _upload(page, tmp_path, HEAD + "U1,第一厂,440104,2\nU2,二厂,440104,\nU3,三厂,440106,\n")
    expect(page.get_by_role("row", name="1 1 1", exact=True)).to_be_visible()
    expect(page.get_by_role("row", name="U1 一厂 Name 一厂 第一厂")).to_be_visible()
    expect(page.get_by_role("row", name="U1 一厂 Phone 1 2")).to_be_visible()
    expect(page.get_by_role("row", name="U3 三厂")).to_contain_text("广东省 广州市 天河区")
    assert Unit.objects.count() == 2, "nothing is written before it is applied"
    inspect(page, "place-list-preview")
    preview = page.url
    page.get_by_role("button", name="Apply: 1 added, 1 changed").click()
    expect(page.get_by_role("status")).to_contain_text("1 added, 1 changed")
    expect(page.get_by_role("row", name="第一厂")).to_contain_text("U1")
    assert Entry.objects.get(kind=Kind.TERRITORY_LOADED).doer == actor.key
    page.goto(preview)
    expect(page.locator("main")).to_contain_text("not there any more")


def test_what_the_command_refuses_the_page_refuses_with_the_same_sentence(page: Page, tmp_path: Path) -> None:
    sign_in(page, "clerk")
    for rows, sentence in (
        (HEAD + "U1,一厂,999999,\n", "units.csv, row 2: region '999999' is not valid"),
        (HEAD + "U1,一厂,440304,\n", "may not do this in region 440304"),
        ("编号,名称\nU1,一厂\n", "there is no column region"),
    ):
        _upload(page, tmp_path, rows)
        expect(page.locator("#id_file_error")).to_contain_text(sentence)
    inspect(page, "place-list-refused")
    assert not Unit.objects.exists()


def test_places_that_changed_meanwhile_are_looked_at_again_and_a_list_can_be_put_away(
    page: Page, tmp_path: Path
) -> None:
    actor = actor_of(Officer.objects.get(username="clerk"), DAY)
    sign_in(page, "clerk")
    _upload(page, tmp_path, HEAD + "U1,一厂,440104,\n")
    save_unit(code="U1", name="老厂", kind="other", region="440104", by=actor, at=NOW)
    page.get_by_role("button", name="Apply").click()
    expect(page.locator("main")).to_contain_text("Places have changed meanwhile")
    expect(page.get_by_role("row", name="U1 老厂 Name 老厂 一厂")).to_be_visible()
    page.get_by_role("button", name="Discard").click()
    expect(page.get_by_role("row", name="老厂")).to_be_visible()
    assert not Entry.objects.filter(kind=Kind.TERRITORY_LOADED).exists()


def test_an_upload_is_its_officers_own(page: Page, tmp_path: Path) -> None:
    officer("other", Role.CLERK, "4401")
    sign_in(page, "clerk")
    _upload(page, tmp_path, HEAD + "U1,一厂,440104,\n")
    address = page.url
    page.context.clear_cookies()
    sign_in(page, "other")
    page.goto(address)
    expect(page.locator("main")).to_contain_text("not there any more")
    assert "一厂" not in page.content()


def test_agencies_are_searched_page_by_page(page: Page) -> None:
    rows = "".join(f"J{number:03},第{number}社保局,440104\n" for number in range(1, 61))
    actor = actor_of(Officer.objects.get(username="clerk"), DAY)
    load_list(
        given=read_list(
            sheet=read_place_sheet, kind="agencies", name="a.csv", content=("编号,名称,区划代码\n" + rows).encode()
        ),
        by=actor,
        at=NOW,
    )
    assert Agency.objects.count() == 60
    sign_in(page, "clerk")
    page.goto("/office/places")
    page.get_by_role("link", name="Agencies", exact=True).click()
    expect(page.locator("tbody tr")).to_have_count(50)
    inspect(page, "office-agencies")
    page.get_by_role("link", name="Next").click()
    expect(page.locator("tbody tr")).to_have_count(10)
    page.goto("/office/places/agencies?q=第60社")
    expect(page.get_by_role("row", name="J060")).to_contain_text("广东省 广州市 越秀区")
    page.goto("/office/places/agencies?region=4403")
    expect(page.locator(".empty")).to_contain_text("No agency here")
    inspect(page, "office-agencies-empty")
