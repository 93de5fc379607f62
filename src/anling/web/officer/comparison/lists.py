"""The lists of a comparison: counted by list, region, reason and scheme, and open down to the people behind them."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from typing import Any, cast

from django import forms
from django.contrib import messages
from django.http import FileResponse, Http404, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import render
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
from anling.audit.values import Actor
from anling.comparison import operations, queries
from anling.comparison.errors import RunError
from anling.comparison.queries import Wanted
from anling.comparison.queries.regions import region_names
from anling.rules.evidence import ListName, Reason, Scheme
from anling.web.officer.behind import people_behind
from anling.web.officer.spreadsheets import KINDS
from anling.web.officer.words.wording import COLOURS, list_name, reason_names, scheme_name

LISTS = tuple(each.value for each in ListName)
_FIELDS = ("list", "region", "reason", "scheme", "unit")


class Filters(forms.Form):
    """The filters of the lists, as the address holds them."""

    list = forms.ChoiceField(label=_("List"), required=False)
    region = forms.RegexField(
        r"^\d{2,12}$", label=_("Region"), required=False,
        error_messages={"invalid": _("A region is a code of 2 to 12 digits.")},
    )  # fmt: skip
    reason = forms.ChoiceField(label=_("Reason"), required=False)
    scheme = forms.ChoiceField(label=_("Scheme"), required=False)
    unit = forms.CharField(label=_("Unit"), required=False, max_length=40, strip=True)
    run = forms.IntegerField(required=False, widget=forms.HiddenInput)
    sort = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        everything = [("", gettext("All"))]
        words: dict[str, tuple[Any, Callable[[str], str]]] = {
            "list": (ListName, list_name),
            "reason": (Reason, lambda code: reason_names([code])[0]),
            "scheme": (Scheme, scheme_name),
        }
        for name, (kind, said) in words.items():
            field = cast("forms.ChoiceField", self.fields[name])
            field.choices = everything + [(each.value, said(each.value)) for each in kind]


@allow(Act.LOOK, Act.SEE_FIGURES)
def lists(request: OfficerRequest) -> HttpResponse:
    """How many benefits are on which list, by region, reason and scheme; each number opens the people behind it."""
    form, run, wanted = _asked(request)
    if run is None:
        return render(request, "officer/lists/lists.html", {"form": form})
    digits = 6 if len(wanted.prefix) >= 4 else 4
    found = queries.tally(wanted, digits)
    variables = {
        **_common(request.actor, form, run, wanted, found.total),
        "columns": [_column(name) for name in LISTS],
        "cards": [{**_column(name), **_cell(wanted, found.lists[name], list=name)} for name in LISTS],
        "regions": _regions(wanted, found.regions, digits),
        "reasons": _table(wanted, found.reasons, "reason", lambda code: reason_names([code])[0]),
        "schemes": _table(wanted, found.schemes, "scheme", scheme_name),
    }
    variables["chart"] = _chart(variables["regions"])
    return render(request, "officer/lists/lists.html", variables)


@people_behind(Act.LOOK)
def people(request: OfficerRequest) -> HttpResponse:
    """The people behind a number, page by page; printed, the page is a list to work from."""
    form, run, wanted = _asked(request)
    if run is None:
        return HttpResponseRedirect(reverse("office:lists"))
    total = queries.tally(wanted).total
    sort = request.GET.get("sort", "")
    page = queries.people(wanted, total=total, number=request.GET.get("page", 1), sort=sort)
    names = region_names({each.region for each in page.object_list})
    rows = [_row(each, names) for each in page.object_list]
    variables = {
        **_common(request.actor, form, run, wanted, total),
        "page": page,
        "rows": rows,
        "capped": total > page.paginator.count,
        "formats": tuple(KINDS),
    }
    return render(request, "officer/lists/people.html", variables)


def _row(each: queries.Listed, names: dict[str, str]) -> dict[str, Any]:
    return {
        "it": each,
        "region": names.get(each.region, each.region),
        "list": list_name(each.list),
        "colour": COLOURS[ListName(each.list)],
        "scheme": scheme_name(each.scheme),
        "reasons": reason_names(each.reasons),
    }


@allow(Act.EXPORT_LISTS)
@require_POST
def export(request: OfficerRequest) -> HttpResponseBase:
    """The filtered list as a file; taking it out is recorded with its number of rows."""
    _, run, wanted = _asked(request, request.POST.dict())
    file_format = request.POST.get("format", "csv")
    if run is None or file_format not in KINDS:
        raise Http404(gettext("There is no such list."))
    back = f"{reverse('office:list_people')}?{_query(wanted)}"
    try:
        total = queries.tally(wanted).total
        written = operations.export(
            wanted=wanted, file_format=file_format, total=total, by=request.actor, at=timezone.now()
        )
    except RunError as error:
        messages.error(request, str(error))
        return HttpResponseRedirect(back)
    name = "-".join(("anling", f"{run.as_of:%Y%m%d}", wanted.list or "all", wanted.prefix))
    return FileResponse(
        written.file, as_attachment=True, filename=f"{name}.{file_format}", content_type=KINDS[file_format]
    )


def _asked(request: OfficerRequest, given: dict[str, str] | None = None) -> tuple[Filters, Any, Wanted]:
    """The form, the run that is looked at (None: there is none yet), and what is asked of it."""
    form = Filters(request.GET.dict() if given is None else given)
    form.is_valid()
    chosen = form.cleaned_data.get("run")
    run = queries.run_of(chosen) if chosen else queries.latest_run()
    if chosen and (run is None or run.state != "done"):
        raise Http404(gettext("There is no such finished run in your region."))
    values = {name: form.cleaned_data.get(name) or "" for name in _FIELDS}
    return form, run, Wanted(run=run.pk if run else 0, **values)


def _common(actor: Actor, form: Filters, run: Any, wanted: Wanted, total: int) -> dict[str, Any]:
    return {
        "form": form,
        "run": run,
        "wanted": wanted,
        "total": total,
        "query": _query(wanted),
        "trail": _trail(wanted),
        "kept": {name: getattr(wanted, name) for name in ("run", *_FIELDS)},
        "may_export": may(actor, Act.EXPORT_LISTS, wanted.prefix),
    }


def _query(wanted: Wanted, **changes: str) -> str:
    values = replace(wanted, **changes)  # type: ignore[arg-type]
    return urlencode({name: value for name in ("run", *_FIELDS) if (value := getattr(values, name))})


def _cell(wanted: Wanted, number: int, **changes: str) -> dict[str, Any]:
    return {"number": number, "url": f"{reverse('office:list_people')}?{_query(wanted, **changes)}"}


def _column(name: str) -> dict[str, str]:
    return {"name": list_name(name), "colour": COLOURS[ListName(name)]}


def _table(
    wanted: Wanted, counts: Counter[tuple[str, str]], field: str, said: Callable[[str], str]
) -> list[dict[str, Any]]:
    totals: Counter[str] = Counter()
    for (value, _list), number in counts.items():
        totals[value] += number
    return [
        {
            "value": value,
            "name": said(value),
            "cells": [_cell(wanted, counts[value, name], **{field: value, "list": name}) for name in LISTS],
            "total": _cell(wanted, total, **{field: value}),
        }
        for value, total in totals.most_common()
    ]


def _regions(wanted: Wanted, counts: Counter[tuple[str, str]], digits: int) -> list[dict[str, Any]]:
    """Cities open their counties, counties their people."""
    names = region_names({value for value, _list in counts})
    rows = _table(wanted, counts, "region", lambda code: names.get(code, code))
    page = reverse("office:lists" if digits == 4 else "office:list_people")
    return [{**row, "url": f"{page}?{_query(wanted, region=row['value'])}"} for row in rows]


def _chart(regions: list[dict[str, Any]]) -> str:
    """Shares of the lists by region as JSON: a picture is read faster than a table from three rows on."""
    if len(regions) < 3:
        return ""
    return json.dumps({
        "names": [row["name"] for row in regions],
        "series": [
            {"name": list_name(name), "data": [row["cells"][place]["number"] for row in regions]}
            for place, name in enumerate(LISTS)
        ],
    })  # fmt: skip


def _trail(wanted: Wanted) -> list[dict[str, str]]:
    """The regions from the scope down to the one that is looked at."""
    scope = str(current())
    steps = [code for code in (wanted.prefix[:2], wanted.prefix[:4], wanted.prefix[:6]) if code.startswith(scope)]
    codes = list(dict.fromkeys([scope, *steps]))
    names = region_names(set(codes))
    return [
        {"name": names.get(code, code), "url": f"{reverse('office:lists')}?{_query(wanted, region=code)}"}
        for code in codes
    ]
