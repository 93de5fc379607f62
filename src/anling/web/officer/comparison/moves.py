"""Two comparison runs side by side: who moved from which list to which, and why."""

from __future__ import annotations

from collections import Counter
from typing import Any

from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext

from anling.access.pages import OfficerRequest, allow
from anling.access.roles import Act
from anling.comparison import operations, queries
from anling.comparison.queries import MOST_PAGED, PAGE
from anling.rules.evidence import ListName
from anling.territory.queries import names_of
from anling.web.officer.behind import people_behind
from anling.web.officer.comparison.runs import found_run
from anling.web.officer.words.wording import list_name, reason_names, reasons_name, scheme_name

_LISTS = ("", *(each.value for each in ListName))


@allow(Act.LOOK, Act.SEE_FIGURES)
def compare(request: OfficerRequest) -> HttpResponse:
    """Two runs side by side: how many moved from which list to which, and why; while they are counted, that alone."""
    first, second = _two(request)
    found = queries.moves(first, second)
    if found is None:
        return _being_counted(request, first, second)
    matrix: Counter[tuple[str, str]] = Counter()
    for move in found:
        matrix[move.before, move.after] += move.benefits
    why = [move for move in found if move.before != move.after]
    variables = {
        "first": first,
        "second": second,
        "columns": [list_name(name) for name in _LISTS],
        "rows": [
            {"name": list_name(before), "cells": [_move(first, second, before, after, matrix) for after in _LISTS]}
            for before in _LISTS
        ],
        "moved": sum(each.benefits for each in why),
        "total": matrix.total(),
        "why": [
            {"before": list_name(each.before), "after": list_name(each.after), "benefits": each.benefits,
             "reasons": reasons_name(each.reasons) or gettext("not compared"),
             "url": _move(first, second, each.before, each.after, matrix)["url"]}
            for each in sorted(why, key=lambda each: -each.benefits)[:PAGE]
        ],
    }  # fmt: skip
    return _shown(request, "officer/runs/compare.html", variables)


@people_behind(Act.LOOK)
def moved(request: OfficerRequest) -> HttpResponse:
    """The people who made one move, page by page."""
    first, second = _two(request)
    before, after = request.GET.get("from", ""), request.GET.get("to", "")
    if before not in _LISTS or after not in _LISTS:
        raise Http404(gettext("There is no such list."))
    found = queries.moves(first, second)
    if found is None:
        return _being_counted(request, first, second)
    total = sum(each.benefits for each in found if (each.before, each.after) == (before, after))
    page = Paginator(range(min(total, MOST_PAGED)), PAGE).get_page(request.GET.get("page", 1))
    rows = queries.moved(first, second, before, after, page.number) if total else []
    variables = {
        "first": first,
        "second": second,
        "before": list_name(before),
        "after": list_name(after),
        "page": page,
        "rows": [
            {"it": each, "scheme": scheme_name(each.scheme), "earlier": reason_names(earlier),
             "reasons": reason_names(each.reasons) if after else []}
            for each, earlier in rows
        ],
        "regions": names_of(each.region for each, _earlier in rows),
    }  # fmt: skip
    return _shown(request, "officer/runs/moved.html", variables)


def _shown(request: OfficerRequest, template: str, variables: dict[str, Any]) -> HttpResponse:
    """The page, and for one that waited for it the word to load it whole."""
    response = render(request, template, variables)
    if "HX-Request" in request.headers:
        response["HX-Refresh"] = "true"
    return response


def _being_counted(request: OfficerRequest, first: Any, second: Any) -> HttpResponse:
    """The page asks again every few seconds, and is shown anew once the worker has counted."""
    if "HX-Request" in request.headers:
        return HttpResponse(status=204)
    operations.ask_moves(first=first, second=second)
    return render(request, "officer/runs/counting.html", {"first": first, "second": second})


def _two(request: OfficerRequest) -> tuple[Any, Any]:
    pair = [request.GET.get(name, "") for name in ("first", "second")]
    if not all(each.isascii() and each.isdigit() and len(each) < 12 for each in pair):
        raise Http404(gettext("Choose two finished runs to compare."))
    first, second = (found_run(int(each)) for each in pair)
    if {first.state, second.state} != {"done"}:
        raise Http404(gettext("Choose two finished runs to compare."))
    return first, second


def _move(first: Any, second: Any, before: str, after: str, matrix: Counter[tuple[str, str]]) -> dict[str, Any]:
    query = f"first={first.pk}&second={second.pk}&from={before}&to={after}"
    return {"number": matrix[before, after], "same": before == after, "url": f"{reverse('office:run_moved')}?{query}"}
