"""A morning glance: the share that data certified, what it was before, and the cities ranked."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_POST

from anling.access.pages import OfficerRequest, allow
from anling.access.permissions import may
from anling.access.roles import Act
from anling.audit.scope import current
from anling.comparison import operations, queries
from anling.comparison.queries.regions import region_names
from anling.rules.evidence import ListName
from anling.web.officer.spreadsheets import sheet
from anling.web.officer.words.wording import list_name

LISTS = tuple(each.value for each in ListName)
LOOKING = (Act.LOOK, Act.SEE_FIGURES)


@dataclass(frozen=True, slots=True)
class Ranked:
    """A region below, with its benefits by list and the share that data certified, in per cent."""

    code: str
    name: str
    counts: tuple[int, ...]
    share: float


@allow(*LOOKING)
def start(request: OfficerRequest) -> HttpResponse:
    """The newest finished run that covers the region, the one before it, and those of the months before."""
    run = queries.latest_run()
    if run is None:
        return render(request, "province/start.html", {"run": None})
    found = queries.tally(queries.Wanted(run.pk), digits=_digits())
    before = next((each for each in queries.finished_runs() if _earlier(each, run)), None)
    earlier = queries.tally(queries.Wanted(before.pk), digits=_digits()) if before else None
    share = _share(found.lists)
    values = {
        "exports": may(request.actor, Act.EXPORT_LISTS, current().prefix),
        "run": run, "share": share, "total": found.total, "before": before,
        "change": share - _share(earlier.lists) if earlier else None, "ranked": _ranked(found), **_trend(run),
        "lists": [{"code": code, "name": list_name(code), "count": found.lists[code]} for code in LISTS],
    }  # fmt: skip
    return render(request, "province/start.html", values)


@allow(Act.EXPORT_LISTS)
@require_POST
def export(request: OfficerRequest) -> HttpResponseBase:
    """The table of regions as CSV; recorded."""
    run = queries.latest_run()
    if run is None:
        raise Http404
    header = ("code", "region", *(list_name(code) for code in LISTS), "%")
    ranked = _ranked(queries.tally(queries.Wanted(run.pk), digits=_digits()))
    made = sheet("csv", header, ((each.code, each.name, *each.counts, f"{each.share:.2f}") for each in ranked))
    operations.note_figures_taken(
        run=run, rows=made.rows, content_hash=made.sha256, by=request.actor, at=timezone.now()
    )  # fmt: skip
    return made.sent_as(f"run-{run.pk}-regions")


def _trend(run: Any) -> dict[str, Any]:
    """The share month by month as a table and, where there are two months to join by a line, as a chart."""
    points = queries.trend(run)
    table = [{"run": each.run, "share": _share(each.lists), "total": each.lists.total()} for each in points]
    return {"trend": table[::-1], "chart": _chart(points) if len(points) > 1 else ""}


def _chart(points: Sequence[queries.Point]) -> str:
    shares = [round(_share(each.lists), 1) for each in points]
    return json.dumps({"names": [f"{each.run.as_of:%Y-%m}" for each in points], "shares": shares})


def _digits() -> int:
    """The level below the region that is looked at: cities of the province, counties of a city."""
    return 4 if len(current().prefix) < 4 else 6


def _earlier(each: Any, run: Any) -> bool:
    return each.pk != run.pk and each.region == run.region and not each.looks_back and each.as_of <= run.as_of


def _share(lists: Any) -> float:
    total = sum(lists.values())
    return 100 * lists[ListName.ELIGIBLE.value] / total if total else 0.0


def _ranked(found: queries.Tally) -> list[Ranked]:
    codes = {region for region, _ in found.regions}
    names = region_names(codes)
    rows = []
    for code in codes:
        counts = tuple(found.regions[code, name] for name in LISTS)
        certified = found.regions[code, ListName.ELIGIBLE.value]
        rows.append(Ranked(code, names.get(code, code), counts, 100 * certified / sum(counts) if sum(counts) else 0.0))
    return sorted(rows, key=lambda row: (-row.share, row.code))
