"""Lists of units, agencies and outlets as agencies keep them: CSV or a spreadsheet, one row each."""

from __future__ import annotations

import csv
import hashlib
import io
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

from anling.audit.wording import Listed, worded
from anling.territory.errors import TerritoryError
from anling.territory.models import UnitKind

MOST_ROWS = 200_000
SheetReader = Callable[[str, bytes, int], Iterable[Sequence[str]]]
"""From a workbook's name and content, and a number of rows at which it may stop: its rows, the headings first."""
_TITLES = {
    "code": ("code", "编号", "单位编号", "机构编码", "网点编号", "aab001", "aab034"),
    "name": ("name", "名称", "单位名称", "机构名称", "网点名称"),
    "region_id": ("region", "行政区划代码", "区划代码", "aab301"),
    "kind": ("kind", "类型", "单位类型"),
    "phone": ("phone", "电话", "联系电话"),
    "address": ("address", "地址"),
    "hours": ("hours", "办公时间", "服务时间"),
    "terminal": ("terminal", "自助终端"),
    "latitude": ("latitude", "纬度"),
    "longitude": ("longitude", "经度"),
}
"""Our columns, and how lists head them."""
_COLUMNS = {
    "agencies": ("code", "name", "region_id", "phone"),
    "units": ("code", "name", "region_id", "kind", "phone"),
    "outlets": ("code", "name", "region_id", "address", "phone", "hours", "terminal", "latitude", "longitude"),
}
_NEEDED = {"agencies": 3, "units": 3, "outlets": 4}
"""How many of the columns, from the left, every row must fill in."""
_LONGEST = {"code": 40, "name": 100, "region_id": 12, "phone": 40, "address": 200, "hours": 200}
_KINDS = {
    "企业": UnitKind.EMPLOYER, "单位": UnitKind.EMPLOYER, "退管办": UnitKind.RETIREE_OFFICE, "社区": UnitKind.COMMITTEE,
    "村委会": UnitKind.COMMITTEE, "居委会": UnitKind.COMMITTEE, "其他": UnitKind.OTHER, "": UnitKind.OTHER,
    **{kind.value: kind for kind in UnitKind},
}  # fmt: skip
_YES = {"1": True, "是": True, "有": True, "yes": True, "true": True, "0": False, "否": False, "无": False, "no": False,
        "false": False, "": False}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Row:
    """One row by our columns; number: as the file counts, the headings being row 1."""

    number: int
    fields: dict[str, Any]


@dataclass(frozen=True, slots=True)
class PlaceList:
    """A whole list, read and checked. kind: agencies, units or outlets; columns: those that the list has."""

    kind: str
    source: str
    columns: tuple[str, ...]
    rows: tuple[Row, ...]
    content_hash: str


def read_list(*, kind: str, name: str, content: bytes, sheet: SheetReader) -> PlaceList:
    """Read a list from a file's content; raises TerritoryError with row, field and remedy.

    sheet: reads a workbook, which may be made to break whoever opens it, so the rooms further out do that
    (comparison.place_sheets).
    """
    if kind not in _COLUMNS:
        raise TerritoryError(
            worded("%(kind)s is no kind of list; %(known)s are.", kind=repr(kind), known=Listed(_COLUMNS))
        )
    table = list(_table(name, content, sheet))
    if len(table) < 2:
        raise TerritoryError(
            worded("%(file)s has no rows; the first line holds the headings, the others one place each.", file=name)
        )
    if len(table) > MOST_ROWS:
        raise TerritoryError(
            worded("%(file)s has more than %(most)s rows; divide it by city.", file=name, most=f"{MOST_ROWS:,}")
        )
    places = _places(kind, name, table[0])
    rows: dict[str, Row] = {}
    for number, cells in enumerate(table[1:], start=2):
        if not any(cells):
            continue
        fields = {column: cells[place] if place < len(cells) else "" for column, place in places.items()}
        row = _row(kind, name, number, fields)
        if (first := rows.setdefault(row.fields["code"], row)) is not row:
            raise TerritoryError(
                worded(
                    "%(file)s, row %(row)s: code stands in row %(first)s already; remove one of them.",
                    file=name,
                    row=number,
                    first=first.number,
                )
            )
    return PlaceList(kind, name, tuple(places), tuple(rows.values()), hashlib.sha256(content).hexdigest())


def _table(name: str, content: bytes, sheet: SheetReader) -> Iterator[list[str]]:
    if Path(name).suffix.lower() not in (".csv", ".xlsx", ".xls"):
        raise TerritoryError(worded("%(file)s is neither CSV nor a spreadsheet; save it as .csv or .xlsx.", file=name))
    if Path(name).suffix.lower() == ".csv":
        yield from ([cell.strip() for cell in row] for row in csv.reader(io.StringIO(_text(name, content), newline="")))
        return
    yield from ([cell.strip() for cell in row] for row in sheet(name, content, MOST_ROWS + 1))


def _text(name: str, content: bytes) -> str:
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise TerritoryError(worded("%(file)s is neither UTF-8 nor GB 18030; save it again as CSV UTF-8.", file=name))


def _places(kind: str, name: str, headings: Iterable[str]) -> dict[str, int]:
    """Where each column stands."""
    at = {heading.strip().lower(): place for place, heading in enumerate(headings)}
    found = {
        column: next(at[title] for title in _TITLES[column] if title in at)
        for column in _COLUMNS[kind]
        if any(title in at for title in _TITLES[column])
    }
    for column in _COLUMNS[kind][: _NEEDED[kind]]:
        if column not in found:
            raise TerritoryError(
                worded("%(file)s: there is no column %(column)s; head one %(title)s.", file=name,
                     column=_TITLES[column][0], title=_TITLES[column][1])
            )  # fmt: skip
    return found


def _row(kind: str, name: str, number: int, fields: dict[str, str]) -> Row:
    needed = _COLUMNS[kind][: _NEEDED[kind]]
    read: dict[str, Any] = {}
    for column, value in fields.items():
        problem: str | None = worded("is empty; fill it in") if column in needed and not value else None
        if problem is None and len(value) > _LONGEST.get(column, len(value)):
            problem = worded("is longer than %(most)s characters; shorten it", most=_LONGEST[column])
        if problem is None:
            try:
                read[column] = _READERS.get(column, str)(value)
            except (KeyError, InvalidOperation, ValueError):
                problem = worded("%(value)s is not understood; %(remedy)s", value=repr(value), remedy=_ALLOWED[column])
        if problem is not None:
            raise TerritoryError(
                worded("%(file)s, row %(row)s: %(column)s %(problem)s.", file=name, row=number,
                     column=_TITLES[column][0], problem=problem)
            )  # fmt: skip
    return Row(number, read)


def _degrees(most: int) -> Callable[[str], Decimal | None]:
    def read(value: str) -> Decimal | None:
        degrees = round(Decimal(value), 6) if value else None
        if degrees is not None and not -most <= degrees <= most:
            raise ValueError
        return degrees

    return read


_READERS: dict[str, Callable[[str], Any]] = {
    "kind": lambda value: _KINDS[value].value,
    "terminal": lambda value: _YES[value.lower()],
    "latitude": _degrees(90),
    "longitude": _degrees(180),
}
_ALLOWED = {
    "kind": worded("write one of %(known)s", known=Listed(filter(None, _KINDS))),
    "terminal": worded("write 1 or 0, 是 or 否"),
    "latitude": worded("write degrees such as %(example)s", example="23.129112"),
    "longitude": worded("write degrees such as %(example)s", example="113.264385"),
}
