"""Reads regions.yaml: the cities of the province and their names."""

import re
from collections.abc import Mapping
from typing import NamedTuple

from anling.policy.dated import DATES, DATES_OPTIONAL, Dated, History, dated, histories
from anling.policy.lookup import Table
from anling.policy.nodes import Item
from anling.rules.wording import Words

_CODE = re.compile(r"[1-9][0-9]{3}")


class CityName(NamedTuple):
    """A city's name in Chinese and in English."""

    zh: str
    en: str


class City(NamedTuple):
    """A city of the province: the first four digits of its statistical code, its names, and where they come from."""

    code: str
    name: CityName
    source: str


def read_regions(root: Item) -> Mapping[str, History[City]]:
    """The cities of regions.yaml by code, with all names they had; raises PolicyError."""
    cities = [_read(entry) for entry in root.block(["cities"])["cities"].items()]
    return Table(histories((city.value.code, f"the city {city.value.code}", city) for city in cities))


def newest_names(cities: Mapping[str, History[City]]) -> Table[CityName]:
    """The newest name of every city, also of one that has been dissolved: old rosters still name it."""
    return Table({code: tuple(history)[-1].value.name for code, history in cities.items()})


def _read(entry: Item) -> Dated[City]:
    block = entry.block(("code", "zh", "en", "source", *DATES), (*DATES_OPTIONAL, "note"))
    code = block["code"].matching(_CODE, Words("write the four digits of a city"))
    return dated(City(code, CityName(block["zh"].text(), block["en"].text()), block["source"].text()), entry, block)
