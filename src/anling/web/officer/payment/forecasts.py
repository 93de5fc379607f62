"""Forecast: who would stop if nothing happens, by which way they could pass, and how the load is spread (N-C1)."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseBase, HttpResponseRedirect
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
from anling.casework import queries as case_queries
from anling.casework.errors import CaseError
from anling.comparison.queries.regions import region_names
from anling.payment.errors import PaymentError
from anling.payment.forecasts import ahead, forecasting, handing_out
from anling.payment.runs import running
from anling.roster.queries import page as paged
from anling.rules.forecast import NextWay, spread
from anling.rules.months import Month
from anling.rules.numbers import shown
from anling.territory.queries import names_of
from anling.web.officer.behind import people_behind
from anling.web.officer.casework.case_forms import GiveForm
from anling.web.officer.spreadsheets import formats_for, sheet

LOOKING = (Act.LOOK, Act.SIGN_PAY, Act.APPROVE_PAY)
WAYS = {
    NextWay.DATA.value: _("data will probably show it"),
    NextWay.PHONE.value: _("by phone, as before"),
    NextWay.UNIT.value: _("through the unit"),
    NextWay.OUTLET.value: _("at a counter nearby"),
    NextWay.VISIT.value: _("by a visit at home"),
}
LOADS = (NextWay.OUTLET.value, NextWay.VISIT.value)


class AheadFilter(forms.Form):
    """Which people are shown."""

    region = forms.RegexField(r"^[0-9]{0,12}$", label=_("Region"), required=False)
    month = forms.RegexField(r"^([0-9]{4}-(0[1-9]|1[0-2]))?$", label=_("Month"), required=False)
    way = forms.ChoiceField(label=_("Next way"), required=False, choices=[("", _("Any")), *WAYS.items()])
    unit = forms.CharField(label=_("Unit"), required=False, max_length=40)
    village = forms.RegexField(r"^[0-9]{0,12}$", label=_("Village"), required=False)
    band = forms.ChoiceField(
        label=_("Age"), required=False,
        choices=[("", _("Any")), *((str(first), f"{first}–{after - 1}" if after < 200 else f"{first}+")
                                   for first, after in ahead.BANDS)],
    )  # fmt: skip


@allow(*LOOKING, Act.SEE_FIGURES)
def forecast(request: OfficerRequest) -> HttpResponse:
    """One number first, then months by ways, groups, and the load now against spread."""
    found, form = ahead.newest(), AheadFilter(request.GET)
    makes = may(request.actor, Act.SIGN_PAY, str(current()))
    if found is None:
        return render(request, "officer/forecasts/forecast.html", {"forecast": None, "makes": makes})
    wanted = _wanted(form)
    counted = ahead.counted(found, wanted, 4 if len(wanted.region or str(current())) < 4 else 6)
    cells = counted.months
    loads = _loads(found, wanted.region)
    months = sorted({month for month, _way in cells})
    values = {
        "forecast": found, "form": form, "makes": makes, "total": sum(cells.values()), "months": months,
        "ways": [{"code": code, "name": name,
                  "cells": [_cell(request, cells.get((month, code), 0), month, code) for month in months],
                  "sum": sum(cells.get((month, code), 0) for month in months)} for code, name in WAYS.items()],
        "groups": _groups(counted.groups), "loads": loads, "chart": _chart(loads),
        "in_pay": ahead.in_pay(found, wanted.region), "here": wanted.region or str(current()),
    }  # fmt: skip
    return render(request, "officer/forecasts/forecast.html", values)


@people_behind(*LOOKING)
def forecast_people(request: OfficerRequest) -> HttpResponse:
    """The people behind every number."""
    found, form = _found(), AheadFilter(request.GET)
    page = paged(ahead.lines(found, _wanted(form)), request.GET.get("page"))
    rows = [{"line": line, "way": WAYS[line.way]} for line in page.object_list]
    gives = may(request.actor, Act.WORK_CASES, str(current()))
    values = {"forecast": found, "form": form, "page": page, "rows": rows, "gives": gives,
              "formats": formats_for(request),
              "regions": names_of(line.region for line in page.object_list)}  # fmt: skip
    return render(request, "officer/forecasts/people.html", values)


@allow(Act.WORK_CASES)
def forecast_give(request: OfficerRequest) -> HttpResponse:
    """The people of a filter, given to an officer as cases: how many, to whom and why, and then done."""
    found, filters = _found(), AheadFilter(request.GET)
    wanted = _wanted(filters)
    workers = case_queries.workers(wanted.region or str(current()), timezone.localdate())
    form = GiveForm(request.POST or None, workers=workers)
    form.fields["note"].required = True
    if request.method == "POST" and form.is_valid():
        try:
            made = handing_out.hand_out(
                forecast=found, wanted=wanted, to=form.cleaned_data["to"], note=form.cleaned_data["note"],
                by=request.actor, at=timezone.now(),
            )  # fmt: skip
        except (PaymentError, CaseError) as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, _said(made))
            return HttpResponseRedirect(f"{reverse('office:cases')}?{urlencode({'assignee': form.cleaned_data['to']})}")
    total = ahead.lines(found, wanted).order_by().values("person_id", "region").distinct().count()
    values = {"forecast": found, "form": form, "filters": filters, "total": total, "most": handing_out.MOST_AT_ONCE}
    return render(request, "officer/forecasts/give.html", values)


def _said(made: handing_out.HandedOut) -> str:
    said = gettext("Given: %(given)s; new cases: %(opened)s; in somebody's hands already: %(left)s.")
    return said % {"given": made.given, "opened": made.opened, "left": made.left}


@allow(Act.EXPORT_LISTS)
@require_POST
def forecast_export(request: OfficerRequest) -> HttpResponseBase:
    """The people as CSV or XLSX; recorded."""
    found, wanted = _found(), _wanted(AheadFilter(request.POST))
    header = ("benefit_no", "name", "region", "unit", "village", "age", "month", "next way")
    made = sheet(request.POST.get("format", "csv"), header, (
        (shown(line.benefit.benefit_no), line.person.name, line.region, line.unit, line.village, line.age, line.month,
         str(WAYS[line.way])) for line in ahead.lines(found, wanted).iterator(5_000)
    ))  # fmt: skip
    running.note_forecast_taken(
        forecast=found, filters={**wanted.told(), "format": made.kind}, rows=made.rows, content_hash=made.sha256,
        by=request.actor, at=timezone.now(),
    )  # fmt: skip
    return made.sent_as(f"forecast-{found.pk}")


@allow(Act.SIGN_PAY)
@require_POST
def forecast_make(request: OfficerRequest) -> HttpResponse:
    """Have the worker make a new one."""
    forecasting.ask_forecast(region=str(current()), by=request.actor, at=timezone.now())
    messages.success(request, gettext("The forecast is being made; it appears here when it is done."))
    return redirect("office:forecast")


def _found() -> Any:
    found = ahead.newest()
    if found is None:
        raise Http404
    return found


def _wanted(form: AheadFilter) -> ahead.Wanted:
    form.is_valid()
    return ahead.Wanted(**{name: form.cleaned_data.get(name, "") for name in form.fields})


def _groups(found: Mapping[str, Sequence[tuple[str, int]]]) -> list[dict[str, Any]]:
    names = region_names({code for code, _number in found["region"]})
    bands = dict(AheadFilter.base_fields["band"].choices)  # type: ignore[attr-defined]
    return [
        {"title": _("By region"), "field": "region",
         "rows": [(code, names.get(code, code), number) for code, number in found["region"]]},
        {"title": _("By unit"), "field": "unit",
         "rows": [(code, code or "–", number) for code, number in found["unit"]]},
        {"title": _("By village"), "field": "village",
         "rows": [(code, code or "–", number) for code, number in found["village"]]},
        {"title": _("By age"), "field": "band",
         "rows": [(code, bands[code] if code else "–", number) for code, number in found["band"]]},
    ]  # fmt: skip


def _cell(request: OfficerRequest, number: int, month: Any, way: str) -> dict[str, Any]:
    """A number and the people behind it, under the filter of the page."""
    asked = {name: request.GET[name] for name in AheadFilter.base_fields if request.GET.get(name)}
    query = urlencode({**asked, "month": f"{month:%Y-%m}", "way": way})
    return {"number": number, "url": f"{reverse('office:forecast_people')}?{query}"}


def _loads(found: Any, region: str) -> list[dict[str, Any]]:
    """Months with the load of counters and visits of a region, as it would come and spread so that no month peaks.

    People are named for the first months; a number of later ones opens nothing.
    """
    first = Month.of_date(timezone.localdate(found.made_at))
    months = [first + place for place in range(forecasting.HORIZON)]
    due = ahead.loads(found, region, [month.first_day for month in months])
    even = {way: spread(due[way]) for way in LOADS}
    people = reverse("office:forecast_people")
    return [
        {"month": str(month), "cells": [
            (due[way][place], even[way][place],
             f"{people}?{urlencode({'region': region, 'month': str(month), 'way': way})}"
             if due[way][place] and place <= forecasting.AHEAD else "")
            for way in LOADS
        ]}
        for place, month in enumerate(months)
    ]  # fmt: skip


def _chart(loads: list[dict[str, Any]]) -> str:
    series = [
        {"name": str(name), "data": [row["cells"][way][place] for row in loads]}
        for way, place, name in ((0, 0, _("Counters")), (0, 1, _("Counters, spread")), (1, 0, _("Visits")),
                                 (1, 1, _("Visits, spread")))
    ]  # fmt: skip
    return json.dumps({"names": [row["month"] for row in loads], "series": series}, ensure_ascii=False)
