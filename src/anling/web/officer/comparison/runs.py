"""Comparison runs: ask for one, watch it, see what it rests on, repeat it, and hold it against another."""

from __future__ import annotations

import json
from collections import Counter
from datetime import date
from typing import Any

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from anling.access.pages import OfficerRequest, allow
from anling.access.permissions import may
from anling.access.roles import Act
from anling.audit.scope import current
from anling.comparison import operations, queries
from anling.comparison.errors import MomentError, RunError
from anling.comparison.queries import MOST_PAGED, PAGE
from anling.comparison.queries.decisions import policy_in_force
from anling.matching.health import Health
from anling.rules.evidence import ListName
from anling.territory.queries import names_of
from anling.web.officer.comparison.adoptions import adoption_of
from anling.web.officer.comparison.wording import (
    COLOURS,
    HEALTH,
    list_name,
    reason_names,
    reasons_name,
    said,
    scheme_name,
)
from anling.web.officer.people.behind import people_behind
from anling.web.officer.spreadsheets import formats_for
from anling.web.officer.tables import Columns, page_of

STATES = {
    "queued": (_("Waiting"), "secondary"),
    "running": (_("Running"), "blue"),
    "done": (_("Done"), "green"),
    "failed": (_("Failed"), "red"),
    "cancelled": (_("Cancelled"), "secondary"),
}
STAGES = {
    "": _("Waiting for the worker"),
    "snapshot": _("Freezing the roster"),
    "roster.parquet": _("Reading the roster"),
    "share": _("Copying what the cluster reads"),
    "decide": _("Comparing"),
    "load": _("Storing decisions"),
}
_LISTS = ("", *(each.value for each in ListName))


class Ask(forms.Form):
    """The question: as of which day, as known when, and what for."""

    as_of = forms.DateField(
        label=_("As of"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text=_("Only what had been delivered by the end of that day counts."),
    )  # fmt: skip
    known_at = forms.DateTimeField(
        label=_("As known at"), required=False,
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
        help_text=_(
            "Leave it empty for what is known now. With a moment, roster, passes and deliveries count as they were"
            " known then, before later imports, corrections and merges; such a run looks back and cannot be taken over."
        ),
    )  # fmt: skip
    reason = forms.CharField(label=_("What for"), max_length=200, required=False)


COLUMNS: Columns = {
    "run": ("id",), "as_of": ("as_of",), "state": ("state",), "region": ("region",), "by": ("asked_by_label",),
    "at": ("asked_at",),
}  # fmt: skip


@allow(Act.LOOK, Act.RUN_COMPARISON, Act.SEE_FIGURES)
def runs(request: OfficerRequest) -> HttpResponse:
    """All runs that concern the region, the newest first, and the form that asks for another."""
    return _runs(request, Ask(initial={"as_of": timezone.localdate()}))


@allow(Act.RUN_COMPARISON)
@require_POST
def start(request: OfficerRequest) -> HttpResponse:
    """Ask for a run; the worker takes it up."""
    form = Ask(request.POST)
    if not form.is_valid():
        return _runs(request, form)
    try:
        run = operations.start(region=str(current()), **form.cleaned_data, by=request.actor, at=timezone.now())
    except RunError as error:
        form.add_error("known_at" if isinstance(error, MomentError) else "as_of", str(error))
        return _runs(request, form)
    return HttpResponseRedirect(reverse("office:run", args=[run.pk]))


def _runs(request: OfficerRequest, form: Ask) -> HttpResponse:
    page = page_of(request, queries.runs_seen(), COLUMNS, per_page=PAGE)
    variables = {
        "form": form,
        "page": page,
        "rows": [{"run": run, **_state(run)} for run in page.object_list],
        "regions": names_of(run.region for run in page.object_list),
        "finished": queries.finished_runs(),
        "may_run": may(request.actor, Act.RUN_COMPARISON, str(current())),
        "formats": formats_for(request),
    }
    return render(request, "officer/runs/runs.html", variables)


@allow(Act.LOOK, Act.RUN_COMPARISON, Act.SEE_FIGURES)
def run(request: OfficerRequest, number: int) -> HttpResponse:
    """One run: how far it is, or what it rests on and what it came to."""
    found = _found(number)
    report = found.report or {}
    variables = {
        **_progress(found),
        "may_run": may(request.actor, Act.RUN_COMPARISON, found.region),
        "engine": report.get("engine", ""),
        "feeds": report.get("feeds", []),
        "refused": report.get("refused", []),
        "health": [_source(each) for each in report.get("health", [])],
        "over_limit": report.get("over_limit", []),
        "lists": _lists(number) if found.state == "done" else [],
        "others": [each for each in queries.finished_runs() if each.pk != number],
        **adoption_of(request, found),
    }
    return render(request, "officer/runs/run.html", variables)


@allow(Act.LOOK, Act.RUN_COMPARISON, Act.SEE_FIGURES)
def progress(request: OfficerRequest, number: int) -> HttpResponse:
    """How far a run is, as the page asks for it every second; once it has ended the whole page is shown anew."""
    found = _found(number)
    response = render(request, "officer/runs/progress.html", _progress(found))
    if found.final:
        response["HX-Refresh"] = "true"
    return response


@allow(Act.RUN_COMPARISON)
@require_POST
def cancel(request: OfficerRequest, number: int) -> HttpResponse:
    """Stop a run."""
    try:
        operations.cancel(run=_found(number), by=request.actor, at=timezone.now())
        messages.success(request, gettext("The run is being stopped; nothing of it stays."))
    except RunError as error:
        messages.error(request, str(error))
    return HttpResponseRedirect(reverse("office:run", args=[number]))


@allow(Act.RUN_COMPARISON)
@require_POST
def replay(request: OfficerRequest, number: int) -> HttpResponse:
    """Do a finished run once more from the same frozen roster and the same deliveries."""
    try:
        again = operations.replay(
            run=_found(number), reason=gettext("Repeated to see whether it comes to the same"), by=request.actor,
            at=timezone.now(),
        )  # fmt: skip
    except RunError as error:
        messages.error(request, str(error))
        return HttpResponseRedirect(reverse("office:run", args=[number]))
    return HttpResponseRedirect(reverse("office:run", args=[again.pk]))


@allow(Act.LOOK, Act.SEE_FIGURES)
def report(request: OfficerRequest, number: int) -> HttpResponse:
    """run.json of a run. It counts the whole region of the run, so only who may see all of that may have it."""
    del request
    found = _found(number)
    if found.report is None or not found.region.startswith(str(current())):
        raise Http404(gettext("There is no such report in your region."))
    text = json.dumps(found.report, ensure_ascii=False, indent=2)
    response = HttpResponse(text, content_type="application/json; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="run-{number}.json"'
    return response


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


def _found(number: int) -> Any:
    found = queries.run_of(number)
    if found is None:
        raise Http404(gettext("There is no such run in your region."))
    return found


def _two(request: OfficerRequest) -> tuple[Any, Any]:
    pair = [request.GET.get(name, "") for name in ("first", "second")]
    if not all(each.isascii() and each.isdigit() and len(each) < 12 for each in pair):
        raise Http404(gettext("Choose two finished runs to compare."))
    first, second = (_found(int(each)) for each in pair)
    if {first.state, second.state} != {"done"}:
        raise Http404(gettext("Choose two finished runs to compare."))
    return first, second


def _state(found: Any) -> dict[str, Any]:
    title, colour = STATES[found.state]
    return {"state": title, "colour": colour}


def _progress(found: Any) -> dict[str, Any]:
    share = int(100 * found.done / found.total) if found.total else 0
    stage = STAGES.get(found.label) or (_("Reading deliveries") if found.label in _feeds() else found.label)
    original = found.replay_of
    same = original.content_hash == found.content_hash if original and found.state == "done" else None
    return {"run": found, **_state(found), "share": share, "stage": stage, "same": same}


def _feeds() -> frozenset[str]:
    return frozenset(policy_in_force().catalogue(date.max).feeds)


def _source(entry: dict[str, Any]) -> dict[str, Any]:
    states = [said(HEALTH[Health(state)]) for state in entry["states"]]
    return {**entry, "said": "、".join(states), "well": entry["states"] == ["healthy"]}


def _lists(number: int) -> list[dict[str, Any]]:
    found = queries.tally(queries.Wanted(run=number))
    return [
        {"name": list_name(name), "colour": COLOURS[ListName(name)], "number": found.lists[name], "code": name}
        for name in _LISTS[1:]
    ]


def _move(first: Any, second: Any, before: str, after: str, matrix: Counter[tuple[str, str]]) -> dict[str, Any]:
    query = f"first={first.pk}&second={second.pk}&from={before}&to={after}"
    return {"number": matrix[before, after], "same": before == after, "url": f"{reverse('office:run_moved')}?{query}"}
