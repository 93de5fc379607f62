"""Regions, managing units and the directory of outlets (N-B3, N-B4)."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse, HttpResponseBase, HttpResponseRedirect, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from anling.access.pages import OfficerRequest, allow
from anling.access.permissions import may
from anling.access.roles import Act
from anling.audit.scope import current
from anling.territory import queries
from anling.territory.errors import TerritoryError
from anling.territory.operations import OutletFacts, save_outlet, save_unit
from anling.web.officer.spreadsheets import formats_for, sheet
from anling.web.officer.tables import Columns, in_order, page_of

PER_PAGE = 50
KINDS: dict[str, str | Promise] = {
    "employer": _("Employer"),
    "retiree_office": _("Retiree office"),
    "committee": _("Village or neighbourhood committee"),
    "other": _("Other"),
}
_COLUMNS = (_("Code"), _("Outlet"), _("Region"), _("Address"), _("Phone"), _("Hours"), _("Self-service terminal"))


class Filter(forms.Form):
    """What every list of places may be narrowed by; an unknown region finds nothing."""

    q = forms.CharField(label=_("Name or code"), required=False, max_length=100)
    region = forms.CharField(label=_("Region code"), required=False, max_length=12)


class UnitFilter(Filter):
    """Units also by kind."""

    kind = forms.ChoiceField(label=_("Kind"), required=False, choices=[("", _("All")), *KINDS.items()])


class OutletFilter(Filter):
    """Outlets also by what they have."""

    terminal = forms.BooleanField(label=_("With self-service terminal"), required=False)


class UnitForm(forms.Form):
    """A managing unit."""

    code = forms.CharField(label=_("Code"), max_length=40)
    name = forms.CharField(label=pgettext_lazy("thing", "Name"), max_length=100)
    kind = forms.ChoiceField(label=_("Kind"), choices=list(KINDS.items()))
    region = forms.RegexField(r"^(\d{6}|\d{9}|\d{12})$", label=_("Region code"), help_text=_("6, 9 or 12 digits"))
    phone = forms.CharField(label=_("Phone"), max_length=40, required=False)


class OutletForm(forms.Form):
    """An outlet; it closes by a last day, and stays known."""

    code = forms.CharField(label=_("Code"), max_length=40)
    name = forms.CharField(label=pgettext_lazy("thing", "Name"), max_length=100)
    region = forms.RegexField(r"^(\d{6}|\d{9}|\d{12})$", label=_("Region code"), help_text=_("6, 9 or 12 digits"))
    address = forms.CharField(label=_("Address"), max_length=200)
    phone = forms.CharField(label=_("Phone"), max_length=40, required=False)
    hours = forms.CharField(label=_("Hours"), max_length=200, required=False)
    terminal = forms.BooleanField(label=_("Self-service terminal"), required=False)
    latitude = forms.DecimalField(
        label=_("Latitude"), required=False, min_value=-90, max_value=90, max_digits=9, decimal_places=6
    )
    longitude = forms.DecimalField(
        label=_("Longitude"), required=False, min_value=-180, max_value=180, max_digits=9, decimal_places=6
    )
    valid_to = forms.DateField(
        label=_("Last day"), required=False, help_text=_("Empty while it is open"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )  # fmt: skip


@allow(Act.LOOK, Act.SEE_FIGURES)
def regions(request: OfficerRequest) -> HttpResponse:
    """The tree of regions, one level at a time, and a search by name or code; codes that have gone stand below."""
    today, text = timezone.localdate(), request.GET.get("q", "").strip()[:100]
    here = queries.region_of(request.GET.get("region") or queries.province_code())
    if here is None:
        raise Http404(gettext("There is no region of this code."))
    page = Paginator(queries.children(here.code, today), PER_PAGE * 4).get_page(request.GET.get("page"))
    return render(request, "officer/places/regions.html", {
        "here": here, "line": queries.line_above(here.code), "page": page, "q": text,
        "former": queries.former(here.code, today), "found": queries.find(text), "most": queries.MOST_FOUND,
        "loaded_at": queries.regions_loaded_at(), "tab": "places",
    })  # fmt: skip


UNIT_COLUMNS: Columns = {"code": ("code",), "unit": ("name",), "kind": ("kind",), "region": ("region_id",)}
OUTLET_COLUMNS: Columns = {"outlet": ("name",), "region": ("region_id",), "address": ("address",)}


def units_asked(given: QueryDict) -> tuple[UnitFilter, Any]:
    """The filter, and the units that fit it."""
    form = UnitFilter(given)
    asked = form.cleaned_data if form.is_valid() else {"q": "", "region": "", "kind": ""}
    return form, queries.units(asked["region"], text=asked["q"].strip(), kind=asked["kind"])


@allow(Act.LOOK, Act.SEE_FIGURES)
def units(request: OfficerRequest) -> HttpResponse:
    """Managing units of a region."""
    form, found = units_asked(request.GET)
    page = page_of(request, found, UNIT_COLUMNS, per_page=PER_PAGE)
    names = queries.names_of(unit.region_id for unit in page)
    rows = [{"unit": unit, "kind": KINDS[unit.kind], "where": names[unit.region_id]} for unit in page]
    values = {**_listing(request, form, page, rows, "units"), "formats": formats_for(request)}
    return render(request, "officer/places/units.html", values)


@allow(Act.LOOK, Act.SEE_FIGURES)
def outlets(request: OfficerRequest) -> HttpResponse:
    """The directory of outlets that are open today, on the screen and in print."""
    form, found = _outlets(request)
    page = page_of(request, found, OUTLET_COLUMNS, per_page=PER_PAGE)
    names = queries.names_of(outlet.region_id for outlet in page)
    rows = [{"outlet": outlet, "where": names[outlet.region_id]} for outlet in page]
    variables = _listing(request, form, page, rows, "outlets")
    return render(request, "officer/places/outlets.html", {**variables, "query": request.GET.urlencode()})


@allow(Act.LOOK, Act.SEE_FIGURES)
def directory(request: OfficerRequest) -> HttpResponseBase:
    """The directory as it is filtered and sorted, as CSV; texts that spreadsheets would compute are quoted."""
    _form, found = _outlets(request)
    outlets_found = list(in_order(request.GET, found, OUTLET_COLUMNS))
    names = queries.names_of(outlet.region_id for outlet in outlets_found)
    rows = (
        (outlet.code, outlet.name, names[outlet.region_id], outlet.address, outlet.phone, outlet.hours,
         gettext("yes") if outlet.terminal else gettext("no"))
        for outlet in outlets_found
    )  # fmt: skip
    made = sheet("csv", [str(column) for column in _COLUMNS], rows)
    return made.sent_as(f"outlets-{timezone.localdate():%Y%m%d}")


@allow(Act.CORRECT)
def unit(request: OfficerRequest) -> HttpResponse:
    """Add a managing unit, or change the one whose code the address names."""
    code = request.GET.get("code", "")
    old = queries.unit(code) if code else None
    if code and old is None:
        raise Http404(gettext("There is no unit of this code."))
    fields = ("code", "name", "kind", "phone")
    initial = {**{name: getattr(old, name) for name in fields}, "region": old.region_id} if old else None
    form = UnitForm(request.POST or None, initial=initial)
    form.fields["code"].disabled = old is not None
    if request.method == "POST" and form.is_valid():
        given = {**form.cleaned_data, "code": old.code if old else form.cleaned_data["code"]}
        if not old and queries.unit(given["code"]):
            form.add_error("code", gettext("There is a unit of this code already; change that one."))
        elif _kept(request, form, lambda: save_unit(**given, by=request.actor, at=timezone.now())):
            return HttpResponseRedirect(reverse("office:units"))
    return _edit(request, form, gettext("Change a unit") if old else gettext("Add a unit"), "office:units")


@allow(Act.CORRECT)
def outlet(request: OfficerRequest) -> HttpResponse:
    """Add an outlet, or change the one whose code the address names."""
    code = request.GET.get("code", "")
    old = queries.outlet(code) if code else None
    if code and old is None:
        raise Http404(gettext("There is no outlet of this code."))
    fields = [name for name in OutletForm.base_fields if name != "region"]
    initial = {**{name: getattr(old, name) for name in fields}, "region": old.region_id} if old else None
    form = OutletForm(request.POST or None, initial=initial)
    form.fields["code"].disabled = old is not None
    if request.method == "POST" and form.is_valid():
        given = dict(form.cleaned_data)
        key = old.code if old else given["code"]
        del given["code"]
        if not old and queries.outlet(key):
            form.add_error("code", gettext("There is an outlet of this code already; change that one."))
        elif _kept(
            request,
            form,
            lambda: save_outlet(code=key, facts=OutletFacts(**given), by=request.actor, at=timezone.now()),
        ):
            return HttpResponseRedirect(reverse("office:outlets"))
    return _edit(request, form, gettext("Change an outlet") if old else gettext("Add an outlet"), "office:outlets")


def _outlets(request: OfficerRequest) -> tuple[OutletFilter, Any]:
    form = OutletFilter(request.GET)
    asked: dict[str, Any] = form.cleaned_data if form.is_valid() else {"q": "", "region": "", "terminal": False}
    found = queries.outlets(
        asked["region"], day=timezone.localdate(), text=asked["q"].strip(), terminal=asked["terminal"]
    )
    return form, found


def _listing(request: OfficerRequest, form: Filter, page: Any, rows: list[dict[str, Any]], tab: str) -> dict[str, Any]:
    may_correct = may(request.actor, Act.CORRECT, current().prefix)
    return {"form": form, "page": page, "rows": rows, "tab": tab, "may_correct": may_correct,
            "may_load": may(request.actor, Act.IMPORT, current().prefix)}  # fmt: skip


def _kept(request: OfficerRequest, form: forms.Form, act: Any) -> bool:
    """Whether the act was done; where it was refused, the form says so and keeps what was typed."""
    region = form.cleaned_data["region"]
    if not may(request.actor, Act.CORRECT, region):
        form.add_error("region", gettext("This region is not yours to change; write one of your own."))
        return False
    try:
        act()
    except TerritoryError as error:
        form.add_error(None, str(error))
        return False
    messages.success(request, gettext("Saved."))
    return True


def _edit(request: OfficerRequest, form: forms.Form, heading: str, back: str) -> HttpResponse:
    return render(request, "officer/places/edit.html", {"form": form, "heading": heading, "back": reverse(back)})
