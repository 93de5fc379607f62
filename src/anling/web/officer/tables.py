"""Tables that page and sort by the address: one way for all of them, beside parts/sort_header.html."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.core.paginator import Page
from django.db.models import QuerySet
from django.http import HttpRequest

from anling.roster.queries import PER_PAGE, LongPaginator

Columns = Mapping[str, tuple[str, ...]]
"""What a table sorts by: name in the address → the fields of the rows, without a minus."""


def page_of(request: HttpRequest, rows: QuerySet[Any], columns: Columns, *, per_page: int = PER_PAGE) -> Page[Any]:
    """The page that the address asks for, in its order; `sort`: a name in `columns`, a minus before it turns it round.

    A list that is too long to be counted keeps its own order: to sort a million rows takes longer than to narrow them.
    """
    found = LongPaginator(rows, per_page)
    sort = request.GET.get("sort", "")
    order = columns.get(sort.removeprefix("-"))
    if order and not found.more:
        minus = "-" if sort.startswith("-") else ""
        counted, found = found.count, LongPaginator(rows.order_by(*(minus + each for each in order), "pk"), per_page)
        found.count = counted
    page = found.get_page(request.GET.get("page"))
    page.unsorted = found.more  # type: ignore[attr-defined]  # which the headers tell
    return page
