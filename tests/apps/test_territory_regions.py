"""Regions: what is where, what it is called, and what became of codes that have gone (domain.md, section 5)."""

from datetime import date

import pytest

from anling.audit.kinds import Kind
from anling.audit.models import Entry
from anling.audit.values import machine
from anling.territory import queries
from anling.territory.codes import level_of, line_of, parent_of, prefix_of
from anling.territory.models import Region, Source
from anling.territory.regions import load_regions
from tests.support.platform import DAY, NOW

pytestmark = pytest.mark.usefixtures("db")


def test_every_region_from_the_province_to_the_village_is_there() -> None:
    counts = {level: Region.objects.filter(level=level, valid_to=None).count() for level in Region.objects.values_list(
        "level", flat=True).distinct().order_by("level")}  # fmt: skip
    assert (counts["province"], counts["city"], counts["village"]) == (1, 21, 26_842)
    assert counts["county"] == 122
    assert Region.objects.exclude(code="440000").filter(parent=None).count() == 0


def test_a_region_is_named_with_all_above_it_by_code_or_scope() -> None:
    assert queries.name_of("440104") == "广东省 广州市 越秀区"
    assert queries.name_of("4401") == queries.name_of("440100") == "广东省 广州市"
    assert queries.name_of("44") == "广东省"
    assert queries.name_of("440104999") == "广东省 广州市 越秀区 440104999"
    assert queries.names_of(["", "440104"]) == {"440104": "广东省 广州市 越秀区"}


@pytest.mark.parametrize(
    ("city", "town", "name"), [("441900", "441900121", "东莞市"), ("442000", "442000001", "中山市")]
)
def test_the_cities_without_counties_have_towns_right_below(city: str, town: str, name: str) -> None:
    assert town in set(queries.children(city, DAY).values_list("code", flat=True))
    assert queries.name_of(town).startswith(f"广东省 {name} ")
    assert len(queries.name_of(town).split()) == 3
    assert level_of(city) == "city"
    assert parent_of(town) == city


def test_a_code_that_has_gone_is_not_listed_but_leads_to_its_successor() -> None:
    today, before = (set(queries.children("440100", day).values_list("name", flat=True)) for day in (
        DAY, date(2004, 6, 1)))  # fmt: skip
    assert "东山区" in before - today
    assert "南沙区" in today - before
    assert {region.name for region in queries.former("440100", DAY)} >= {"东山区", "番禺市", "萝岗区"}
    assert queries.successor_of("440102") == "440104"
    assert queries.successor_of("440104") == "440104"
    assert queries.name_of("440102") == "广东省 广州市 东山区"


def test_a_search_finds_by_part_of_the_name_or_by_code_the_largest_first() -> None:
    found = queries.find("越秀")
    assert (found[0].region.code, found[0].path) == ("440104", "广东省 广州市 越秀区")
    assert {place.region.code[:9] for place in queries.find("441900121")} == {"441900121"}
    assert queries.find("  ") == []
    assert len(queries.find("社区", most=20)) == 20


def test_loading_again_does_nothing_and_a_changed_file_is_loaded_with_one_entry() -> None:
    assert load_regions(by=machine("migrate"), at=NOW) == 0
    Source.objects.update(content_hash="another")
    Region.objects.filter(code="440104").update(name="误")
    assert load_regions(by=machine("migrate"), at=NOW) == 28_776
    assert Region.objects.get(code="440104").name == "越秀区"
    assert Entry.objects.get(kind=Kind.TERRITORY_LOADED).rows == 28_776


def test_what_follows_from_a_code() -> None:
    assert line_of("440104001001") == ["440000", "440100", "440104", "440104001", "440104001001"]
    assert line_of("4419") == ["440000", "441900"]
    assert [prefix_of(code) for code in ("440000", "440100", "440104", "441900121")] == [
        "44",
        "4401",
        "440104",
        "441900121",
    ]
    assert parent_of("440000") is None
