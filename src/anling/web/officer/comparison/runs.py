"""Comparison runs: ask for one, watch it, see what it rests on, and repeat it."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

from django import forms
from django.contrib import messages
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
from anling.comparison.queries import PAGE
from anling.comparison.queries.decisions import policy_in_force
from anling.matching.health import Health
from anling.rules.evidence import ListName
from anling.territory.queries import names_of
from anling.web.officer.comparison.adoptions import adoption_of
from anling.web.officer.spreadsheets import formats_for
from anling.web.officer.tables import Columns, page_of
from anling.web.officer.words.wording import (
    COLOURS,
    HEALTH,
    list_name,
    said,
)

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
    "turn": _("Waiting until another comparison of this worker is done"),
    "decide": _("Comparing"),
    "load": _("Storing decisions"),
}
_LISTS = tuple(each.value for each in ListName)


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
    found = found_run(number)
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
    found = found_run(number)
    response = render(request, "officer/runs/progress.html", _progress(found))
    if found.final:
        response["HX-Refresh"] = "true"
    return response


@allow(Act.RUN_COMPARISON)
@require_POST
def cancel(request: OfficerRequest, number: int) -> HttpResponse:
    """Stop a run."""
    try:
        operations.cancel(run=found_run(number), by=request.actor, at=timezone.now())
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
            run=found_run(number), reason=gettext("Repeated to see whether it comes to the same"), by=request.actor,
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
    found = found_run(number)
    if found.report is None or not found.region.startswith(str(current())):
        raise Http404(gettext("There is no such report in your region."))
    text = json.dumps(found.report, ensure_ascii=False, indent=2)
    response = HttpResponse(text, content_type="application/json; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="run-{number}.json"'
    return response


def found_run(number: int) -> Any:
    """The run of a number. Raises Http404 where the region sees none."""
    found = queries.run_of(number)
    if found is None:
        raise Http404(gettext("There is no such run in your region."))
    return found


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
        for name in _LISTS
    ]
