"""What-if: change the clock, the thresholds, the trust in feeds, and see who would move before anybody signs (N-A2)."""

from __future__ import annotations

import io
import zipfile
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from anling.access.pages import OfficerRequest, allow
from anling.access.permissions import may
from anling.access.roles import Act
from anling.audit.scope import current
from anling.comparison.errors import RunError
from anling.comparison.queries import PAGE
from anling.comparison.queries.decisions import policy_in_force
from anling.comparison.queries.regions import region_names
from anling.comparison.what_if import asking, reading, removing
from anling.comparison.what_if.asking import ScratchError
from anling.comparison.what_if.reading import Answer
from anling.rules.evidence import ListName
from anling.territory.queries import names_of
from anling.web.officer.comparison.runs import STAGES, STATES
from anling.web.officer.comparison.what_if_forms import BasisForm, ScratchForm, month_key, month_name, word
from anling.web.officer.words.wording import list_name, reasons_name, scheme_name

_STAGES = STAGES | {"load": _("Reading the result"), "sides": _("Laying both sides beside each other")}
_LISTS = tuple(each.value for each in ListName)
_SHIFTS = {
    "sooner": _("would stop sooner"), "later": _("would stop later"), "newly": _("would stop, and would not before"),
    "no_longer": _("would no longer stop"),
}  # fmt: skip


@allow(Act.LOOK, Act.RUN_COMPARISON, Act.SEE_FIGURES)
def what_ifs(request: OfficerRequest) -> HttpResponse:
    """All that was asked in the region, the newest first."""
    page = Paginator(reading.what_ifs_seen(), PAGE).get_page(request.GET.get("page", 1))
    rows = [{"it": each, **_state(each), "changes": len(each.changes)} for each in page.object_list]
    values = {"page": page, "rows": rows, "may_ask": _may_ask(request),
              "regions": names_of(each.region for each in page.object_list)}  # fmt: skip
    return render(request, "officer/what_ifs/list.html", values)


@allow(Act.RUN_COMPARISON)
def what_if_new(request: OfficerRequest) -> HttpResponse:
    """The values in force on the day that is asked about, to be changed and asked of."""
    basis = BasisForm(request.POST if request.method == "POST" else request.GET, str(current()))
    values: dict[str, Any] = {"basis": basis}
    if basis.is_valid():
        question = basis.question
        day = question.day(timezone.localdate())
        feeds = policy_in_force().catalogue(day).feeds.values()
        data = request.POST if request.method == "POST" else None
        form = ScratchForm(asking.settings_of(question, timezone.localdate()), feeds, data)
        if request.method == "POST" and form.is_valid() and (made := _ask(request, question, form)):
            return redirect("office:what_if", made.pk)
        values |= {"form": form, "question": question, "day": day}
    return render(request, "officer/what_ifs/new.html", values)


def _ask(request: OfficerRequest, question: asking.Question, form: ScratchForm) -> Any:
    try:
        return asking.ask_what_if(
            question=question, values=form.values(), reason=form.cleaned_data["reason"], by=request.actor,
            at=timezone.now(),
        )  # fmt: skip
    except ScratchError as error:
        form.add_error(error.key if error.key in form.fields else None, str(error))
    except RunError as error:
        form.add_error(None, str(error))
    return None


@allow(Act.LOOK, Act.RUN_COMPARISON, Act.SEE_FIGURES)
def what_if(request: OfficerRequest, key: int) -> HttpResponse:
    """One question: how far it is, or what would change."""
    found = found_what_if(key)
    values = {**_progress(found), "changes": _changes(found), "may_ask": _may_ask(request)}
    values["own"] = found.asked_by == request.actor.key
    if found.state == "done":
        values |= _told(found, reading.answer_of(found))
    return render(request, "officer/what_ifs/what_if.html", values)


@allow(Act.LOOK, Act.RUN_COMPARISON, Act.SEE_FIGURES)
def what_if_progress(request: OfficerRequest, key: int) -> HttpResponse:
    """How far it is, as its page asks every second."""
    found = found_what_if(key)
    response = render(request, "officer/what_ifs/progress.html", _progress(found))
    if found.final:
        response["HX-Refresh"] = "true"
    return response


@allow(Act.RUN_COMPARISON)
@require_POST
def what_if_cancel(request: OfficerRequest, key: int) -> HttpResponse:
    """Call it off."""
    try:
        asking.cancel_what_if(what_if=found_what_if(key), by=request.actor, at=timezone.now())
        messages.success(request, gettext("The what-if is being stopped; nothing of it stays."))
    except RunError as error:
        messages.error(request, str(error))
    return redirect("office:what_if", key)


@allow(Act.RUN_COMPARISON)
@require_POST
def what_if_delete(request: OfficerRequest, key: int) -> HttpResponse:
    """One's own goes, with its scratch policy and its people."""
    try:
        removing.delete_what_if(what_if=found_what_if(key), by=request.actor, at=timezone.now())
    except RunError as error:
        messages.error(request, str(error))
        return redirect("office:what_if", key)
    messages.success(request, gettext("The what-if is deleted; that it was asked stays in the trail."))
    return redirect("office:what_ifs")


@allow(Act.LOOK, Act.RUN_COMPARISON, Act.SEE_FIGURES)
def what_if_policy(request: OfficerRequest, key: int) -> HttpResponse:
    """The policy files that were changed, as a directory that `anling compare --policy` takes."""
    del request
    found, packed = found_what_if(key), io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in sorted(found.texts.items()):
            day = timezone.localtime(found.asked_at).timetuple()[:6]
            archive.writestr(zipfile.ZipInfo(name, day), text)
    response = HttpResponse(packed.getvalue(), content_type="application/zip")
    response["Content-Disposition"] = f'attachment; filename="what-if-{key}-policy.zip"'
    return response


def _may_ask(request: OfficerRequest) -> bool:
    return may(request.actor, Act.RUN_COMPARISON, str(current()))


def found_what_if(key: int) -> Any:
    """The what-if of a number. Raises Http404 where the region sees none."""
    found = reading.what_if_of(key)
    if found is None:
        raise Http404(gettext("There is no such what-if in your region."))
    return found


def _state(found: Any) -> dict[str, Any]:
    title, colour = STATES[found.state]
    return {"state": title, "colour": colour}


def _progress(found: Any) -> dict[str, Any]:
    feeds = policy_in_force().catalogue(found.on).feeds
    stage = _STAGES.get(found.label) or (_("Reading deliveries") if found.label in feeds else found.label)
    return {"what_if": found, **_state(found), "stage": stage}


def _changes(found: Any) -> list[dict[str, Any]]:
    """What was changed, in the words of the form."""
    question = asking.Question(found.region, found.run, found.stands)
    feeds = policy_in_force().catalogue(found.on).feeds
    form = ScratchForm(asking.settings_of(question, found.on), feeds.values())
    titles = {feed["code"]: feed["title"] for feed in form.feeds}
    rows = []
    for key, before, after in found.changes:
        part = key.split(".")[1]
        where = titles.get(part) or (scheme_name(part) if key.startswith("clock.") else "")
        name = form.fields[key].label if key in form.fields else key
        rows.append({"where": where, "name": name, "before": word(before), "after": word(after)})
    return rows


def _told(found: Any, answer: Answer) -> dict[str, Any]:
    people = reverse("office:what_if_people", args=[found.pk])

    def cell(number: int, **filters: str) -> dict[str, Any]:
        return {"number": number, "url": f"{people}?{urlencode(filters)}" if number else ""}

    why = sorted(answer.why.items(), key=lambda each: -each[1])
    names = region_names(set(answer.regions))
    return {
        "answer": answer,
        "moved": cell(answer.moved, moved="on"),
        "shifts": [{"name": _SHIFTS[code], "number": answer.shifts[code]} for code in _SHIFTS if answer.shifts[code]],
        "shifted": cell(sum(number for code, number in answer.shifts.items() if code), shifted="on"),
        "columns": [list_name(name) for name in _LISTS],
        "lists": [_list_row(answer, before, cell) for before in _LISTS] if found.run_id else [],
        "sums": [_sums(answer, name) for name in _LISTS] if found.run_id else [],
        "why": [
            {"before": list_name(before), "after": list_name(after), "reasons": reasons_name(reasons),
             **cell(number, before=before, after=after)}
            for (before, after, reasons), number in why[:PAGE]
        ],
        "stops": [
            {"month": month_name(month), "before": before, "after": after,
             "gone": cell(gone, stop_before=month_key(month), shifted="on"),
             "new": cell(new, stop_after=month_key(month), shifted="on")}
            for month, (before, after, gone, new) in answer.stops.items()
        ],
        "regions": [
            {"name": names.get(code, code), "moved": cell(moved, region=code, moved="on"),
             "shifted": cell(shifted, region=code, shifted="on")}
            for code, (moved, shifted) in answer.regions.items()
        ],
    }  # fmt: skip


def _list_row(answer: Answer, before: str, cell: Any) -> dict[str, Any]:
    cells = [
        {**cell(answer.lists[before, after], before=before, after=after), "same": before == after} for after in _LISTS
    ]
    return {"name": list_name(before), "cells": cells}


def _sums(answer: Answer, name: str) -> dict[str, Any]:
    before = sum(number for (one, _other), number in answer.lists.items() if one == name)
    after = sum(number for (_one, other), number in answer.lists.items() if other == name)
    return {"name": list_name(name), "before": before, "after": after, "more": after - before}
