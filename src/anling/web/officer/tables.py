"""Tables that page and sort by the address: one way for all of them, beside parts/sort_header.html."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from django.core.paginator import Page
from django.db.models import F, QuerySet
from django.http import HttpRequest, QueryDict

from anling.roster.queries import PER_PAGE, LongPaginator

Columns = Mapping[str, tuple[str, ...]]
"""What a table sorts by: name in the address → the fields of the rows, without a minus."""


def page_of(request: HttpRequest, rows: QuerySet[Any], columns: Columns, *, per_page: int = PER_PAGE) -> Page[Any]:
    """The page that the address asks for, in its order; `sort`: a name in `columns`, a minus before it turns it round.

    A list that is too long to be counted keeps its own order: to sort a million rows takes longer than to narrow them.
    """
    found = LongPaginator(rows, per_page)
    if _sort_of(request.GET)[0] in columns and not found.more:
        counted, found = found.count, LongPaginator(in_order(request.GET, rows, columns), per_page)
        found.count = counted
    page = found.get_page(request.GET.get("page"))
    page.unsorted = found.more  # type: ignore[attr-defined]  # which the headers tell
    return page


def in_order(asked: QueryDict, rows: QuerySet[Any], columns: Columns) -> QuerySet[Any]:
    """All rows in the order that is asked for, as `page_of`, those without a value last; in their own where none is."""
    name, turned = _sort_of(asked)
    if name not in columns:
        return rows
    return rows.order_by(*(F(each).desc(nulls_last=True) if turned else each for each in columns[name]), "pk")


def sorted_rows(asked: QueryDict, rows: Iterable[Any], keys: Mapping[str, Callable[[Any], Any]]) -> list[Any]:
    """As `in_order`, of rows that are in memory; those without a value (None) come last either way."""
    name, turned = _sort_of(asked)
    if name not in keys:
        return list(rows)
    key, every = keys[name], list(rows)
    known = sorted((row for row in every if key(row) is not None), key=key, reverse=turned)
    return known + [row for row in every if key(row) is None]


def _sort_of(asked: QueryDict) -> tuple[str, bool]:
    sort = asked.get("sort", "")
    return sort.removeprefix("-"), sort.startswith("-")
