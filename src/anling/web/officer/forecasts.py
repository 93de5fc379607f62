"""Forecast: who would stop if nothing happens, by which way they could pass, and how the load is spread (N-C1)."""

from __future__ import annotations

import io
import json
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from anling.access.pages import OfficerRequest, allow
from anling.access.permissions import may
from anling.access.roles import Act
from anling.audit.scope import current
from anling.comparison.queries.regions import region_names
from anling.payment import ahead, forecasting, running
from anling.roster.queries import page as paged
from anling.rules.forecast import NextWay, spread
from anling.rules.months import Month
from anling.web.officer.spreadsheets import write_csv

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


@allow(*LOOKING)
def forecast(request: OfficerRequest) -> HttpResponse:
    """One number first, then months by ways, groups, and the load now against spread."""
    found, form = ahead.newest(), AheadFilter(request.GET)
    makes = may(request.actor, Act.SIGN_PAY, str(current()))
    if found is None:
        return render(request, "officer/forecasts/forecast.html", {"forecast": None, "makes": makes})
    lines = ahead.lines(found, _wanted(form))
    cells = ahead.by_month_and_way(lines)
    months = sorted({month for month, _way in cells})
    values = {
        "forecast": found, "form": form, "makes": makes, "total": sum(cells.values()), "months": months,
        "ways": [{"code": code, "name": name, "cells": [cells.get((month, code), 0) for month in months],
                  "sum": sum(cells.get((month, code), 0) for month in months)} for code, name in WAYS.items()],
        "groups": _groups(lines, form), "loads": _loads(found), "chart": _chart(found),
    }  # fmt: skip
    return render(request, "officer/forecasts/forecast.html", values)


@allow(*LOOKING)
def forecast_people(request: OfficerRequest) -> HttpResponse:
    """The people behind every number."""
    found, form = _found(), AheadFilter(request.GET)
    page = paged(ahead.lines(found, _wanted(form)), request.GET.get("page"))
    rows = [{"line": line, "way": WAYS[line.way]} for line in page.object_list]
    return render(
        request, "officer/forecasts/people.html", {"forecast": found, "form": form, "page": page, "rows": rows}
    )  # fmt: skip


@allow(Act.EXPORT_LISTS)
def forecast_export(request: OfficerRequest) -> HttpResponse:
    """The people as CSV; recorded."""
    found, text = _found(), io.BytesIO()
    lines = ahead.lines(found, _wanted(AheadFilter(request.GET)))
    header = ("benefit_no", "name", "region", "unit", "village", "age", "month", "next way")
    write_csv(text, header, (
        (line.benefit.benefit_no, line.person.name, line.region, line.unit, line.village, line.age, line.month,
         str(WAYS[line.way])) for line in lines.iterator(5_000)
    ))  # fmt: skip
    running.note_forecast_taken(forecast=found, content=text.getvalue(), by=request.actor, at=timezone.now())
    response = HttpResponse(text.getvalue(), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="forecast-{found.pk}.csv"'
    return response


@allow(Act.SIGN_PAY)
@require_POST
def forecast_make(request: OfficerRequest) -> HttpResponse:
    """Have the worker make a new one."""
    forecasting.ask(region=str(current()), by=request.actor, at=timezone.now())
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


def _groups(lines: Any, form: AheadFilter) -> list[dict[str, Any]]:
    prefix = form.cleaned_data.get("region", "") or str(current())
    regions = ahead.grouped(lines, "region", digits=4 if len(prefix) < 4 else 6)
    names = region_names({code for code, _number in regions})
    bands = dict(AheadFilter.base_fields["band"].choices)  # type: ignore[attr-defined]
    return [
        {"title": _("By region"), "field": "region",
         "rows": [(code, names.get(code, code), number) for code, number in regions]},
        {"title": _("By unit"), "field": "unit",
         "rows": [(code, code or "–", number) for code, number in ahead.grouped(lines, "unit", most=10)]},
        {"title": _("By village"), "field": "village",
         "rows": [(code, code or "–", number) for code, number in ahead.grouped(lines, "village", most=10)]},
        {"title": _("By age"), "field": "band",
         "rows": [(code, bands[code] if code else "–", number) for code, number in ahead.grouped(lines, "band")]},
    ]  # fmt: skip


def _loads(found: Any) -> list[dict[str, Any]]:
    """Months with the load of counters and visits as it would come, and spread so that no month peaks."""
    first = Month.of_date(timezone.localdate(found.made_at))
    even = {way: spread(found.horizon[way]) for way in LOADS}
    return [
        {"month": str(first + place), "cells": [(found.horizon[way][place], even[way][place]) for way in LOADS]}
        for place in range(forecasting.HORIZON)
    ]


def _chart(found: Any) -> str:
    loads = _loads(found)
    series = [
        {"name": str(name), "data": [row["cells"][way][place] for row in loads]}
        for way, place, name in ((0, 0, _("Counters")), (0, 1, _("Counters, spread")), (1, 0, _("Visits")),
                                 (1, 1, _("Visits, spread")))
    ]  # fmt: skip
    return json.dumps({"names": [row["month"] for row in loads], "series": series}, ensure_ascii=False)
