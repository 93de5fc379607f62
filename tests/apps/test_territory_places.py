"""Units, agencies and outlets: kept by clerks one by one or by list, in their own region (N-B3, N-B4)."""

import zipfile
from dataclasses import replace
from decimal import Decimal
from io import BytesIO

import pytest
from openpyxl import Workbook

from anling.access.errors import NotAllowedError
from anling.audit.kinds import Kind
from anling.audit.models import Entry
from anling.comparison.place_sheets import read_place_sheet
from anling.territory import queries
from anling.territory.errors import TerritoryError
from anling.territory.lists import PlaceList, read_list
from anling.territory.models import Outlet, Unit, UnitKind
from anling.territory.operations import Loaded, OutletFacts, load_list, save_outlet, save_unit
from tests.support.platform import DAY, NOW, clerk

pytestmark = pytest.mark.usefixtures("db")
HEADINGS = "网点编号,网点名称,行政区划代码,地址,联系电话,自助终端,纬度\n"
OUTLETS = f"{HEADINGS}W1,越秀服务厅,440104,东风路1号,020-1,是,23.1291\nW2,天河邮局,440106,体育西路,,否,\n"


def _list(text: str, kind: str = "outlets", name: str = "list.csv") -> PlaceList:
    return read_list(sheet=read_place_sheet, kind=kind, name=name, content=text.encode())


def test_a_unit_is_added_changed_and_left_alone_each_told_in_the_trail() -> None:
    actor = clerk("4401")
    save_unit(code="U1", name="一厂", kind=UnitKind.EMPLOYER, region="440104", by=actor, at=NOW)
    save_unit(code="U1", name="第一厂", kind=UnitKind.EMPLOYER, region="440106", by=actor, at=NOW)
    save_unit(code="U1", name="第一厂", kind=UnitKind.EMPLOYER, region="440106", by=actor, at=NOW)
    entries = list(Entry.objects.filter(kind=Kind.UNIT_CHANGED).order_by("pk"))
    assert [entry.before for entry in entries] == [None, {"name": "一厂", "region_id": "440104"}]
    assert entries[1].after == {"name": "第一厂", "region_id": "440106"}
    assert [unit.name for unit in queries.units("4401", text="一厂")] == ["第一厂"]
    assert list(queries.units("440104")) == []


def test_nobody_moves_a_unit_out_of_or_into_a_region_that_is_not_theirs() -> None:
    save_unit(code="U1", name="一厂", kind=UnitKind.OTHER, region="440104", by=clerk("44"), at=NOW)
    actor = clerk("4403", "shenzhen")
    for region in ("440104", "440305"):
        with pytest.raises(NotAllowedError):
            save_unit(code="U1", name="二厂", kind=UnitKind.OTHER, region=region, by=actor, at=NOW)
    assert Unit.objects.get().name == "一厂"


@pytest.mark.parametrize(("region", "words"), [("440199", "not known"), ("440102", "write 440104")])
def test_a_region_that_is_not_there_or_has_gone_is_refused(region: str, words: str) -> None:
    facts = OutletFacts("厅", region, "路")
    with pytest.raises(TerritoryError, match=words):
        save_outlet(code="W9", facts=facts, by=clerk(), at=NOW)
    assert not Outlet.objects.exists()


def test_an_outlet_is_added_and_a_field_that_is_too_long_is_named() -> None:
    actor = clerk("4401")
    facts = OutletFacts("越秀服务厅", "440104", "东风路1号", latitude=Decimal("23.1291"))
    save_outlet(code="W1", facts=facts, by=actor, at=NOW)
    assert [outlet.name for outlet in queries.outlets("440104", day=DAY)] == ["越秀服务厅"]
    with pytest.raises(TerritoryError, match=r"^address:"):
        save_outlet(code="W1", facts=replace(facts, address="路" * 201), by=actor, at=NOW)
    assert Outlet.objects.get().address == "东风路1号"


def test_a_list_adds_changes_and_leaves_alone_as_a_whole() -> None:
    actor = clerk("4401")
    assert load_list(given=_list(OUTLETS), by=actor, at=NOW) == Loaded(2, 0, 0)
    assert load_list(given=_list(OUTLETS), by=actor, at=NOW) == Loaded(0, 0, 2)
    assert load_list(given=_list(OUTLETS.replace("东风路1号", "东风路2号")), by=actor, at=NOW) == Loaded(0, 1, 1)
    assert [outlet.address for outlet in queries.outlets(day=DAY, terminal=True)] == ["东风路2号"]
    assert [entry.rows for entry in Entry.objects.filter(kind=Kind.TERRITORY_LOADED).order_by("pk")] == [2, 0, 1]


def test_an_outlet_that_has_closed_is_not_in_the_directory() -> None:
    load_list(given=_list(OUTLETS), by=clerk(), at=NOW)
    Outlet.objects.filter(pk="W1").update(valid_to="2026-06-30")
    assert [outlet.code for outlet in queries.outlets("4401", day=DAY)] == ["W2"]


def test_a_list_with_a_row_of_another_region_changes_nothing() -> None:
    with pytest.raises(NotAllowedError):
        load_list(given=_list(OUTLETS + "W3,深圳厅,440305,路,,,\n"), by=clerk("4401"), at=NOW)
    assert not Outlet.objects.exists()


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (f"{HEADINGS}W1,厅,440104,路,,也许,\n", "list.csv, row 2: terminal '也许' is not understood; write 1 or 0"),
        (f"{HEADINGS}W1,厅,440104,路,,,91\n", "row 2: latitude '91' is not understood"),
        (f"{HEADINGS}W1,,440104,路,,,\n", "row 2: name is empty; fill it in"),
        (f"{HEADINGS}W1,厅,440104,路,,,\nW1,厅,440104,路,,,\n", "row 3: code stands in row 2 already"),
        ("网点编号,网点名称,地址\nW1,厅,路\n", "no column region; head one 行政区划代码"),
        (HEADINGS, "has no rows"),
    ],
)
def test_a_list_that_cannot_be_read_is_answered_with_row_field_and_remedy(text: str, words: str) -> None:
    with pytest.raises(TerritoryError) as caught:
        _list(text)
    assert words in str(caught.value)


def test_a_region_of_a_list_that_is_not_known_names_its_row() -> None:
    with pytest.raises(TerritoryError, match=r"list\.csv, row 2: region '990000' is not valid"):
        load_list(given=_list("编号,名称,区划代码\nU1,一厂,990000\n", "units"), by=clerk(), at=NOW)


def test_spreadsheets_and_national_encoding_are_read_as_well() -> None:
    book = Workbook()
    book.active.append(["单位编号", "单位名称", "区划代码", "类型"])
    book.active.append([1001, "一厂", 440104, "企业"])
    file = BytesIO()
    book.save(file)
    read = read_list(sheet=read_place_sheet, kind="units", name="a.xlsx", content=file.getvalue())
    assert read.rows[0].fields == {"code": "1001", "name": "一厂", "region_id": "440104", "kind": "employer"}
    same = read_list(
        sheet=read_place_sheet,
        kind="agencies",
        name="a.csv",
        content="编号,名称,区划代码\nJ1,局,440104".encode("gb18030"),
    )
    assert same.rows[0].fields["name"] == "局"
    with pytest.raises(TerritoryError, match="the workbook is damaged"):
        read_list(sheet=read_place_sheet, kind="units", name="a.xlsx", content=b"no workbook")


def test_a_workbook_made_to_break_who_opens_it_is_refused_before_anything_unpacks_it() -> None:
    file = BytesIO()
    Workbook().save(file)
    with zipfile.ZipFile(file, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/media/0.bin", b"\0" * 50_000_000)
    with pytest.raises(TerritoryError, match=r"a\.xlsx: .* too large when unpacked"):
        read_list(sheet=read_place_sheet, kind="units", name="a.xlsx", content=file.getvalue())


def test_rows_of_a_workbook_keep_their_numbers_and_only_so_many_are_read() -> None:
    book = Workbook()
    for row in (["编号", "名称", "区划代码"], ["U1", "一厂", 440104], [], ["U2", "二厂", "440104"]):
        book.active.append(row)
    file = BytesIO()
    book.save(file)
    read = read_list(sheet=read_place_sheet, kind="units", name="a.xlsx", content=file.getvalue())
    assert [(row.number, row.fields["code"]) for row in read.rows] == [(2, "U1"), (4, "U2")]
    assert len(read_place_sheet("a.xlsx", file.getvalue(), 1)) == 3  # one more than asked for, so that it shows


def test_an_agency_gives_the_number_where_its_recipients_ask() -> None:
    given = _list("机构编码,机构名称,区划代码,联系电话\nA1,越秀中心,440104,020-8765\nA2,荔湾中心,440103,\n", "agencies")
    by = clerk("4401")
    load_list(given=given, by=by, at=NOW)
    assert {each.code: each.phone for each in queries.agencies("4401")} == {"A1": "020-8765", "A2": ""}
    again = load_list(given=_list("机构编码,机构名称,区划代码\nA1,越秀中心,440104\n", "agencies"), by=by, at=NOW)
    assert (again.unchanged, queries.agencies("440104").get().phone) == (1, "020-8765"), "a list without phones"
