"""What a recipient finds at /me without signing in: how certification works, where to go, what to do without pay."""

from __future__ import annotations

from django import forms
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from anling.access.pages import open_to_all
from anling.territory import queries

PER_PAGE = 10
MOST_OFFICES = 3


class PlaceForm(forms.Form):
    """Where somebody looks for a place."""

    text = forms.CharField(label=_("Town, street or district"), max_length=40, required=False)


@open_to_all
def start(request: HttpRequest) -> HttpResponse:
    """Three sentences, and three ways on."""
    return render(request, "recipient/start.html")


@open_to_all
def places(request: HttpRequest) -> HttpResponse:
    """Offices that pay in a place that somebody names, and counters near it, with hours and telephone."""
    form = PlaceForm(request.GET)
    text = form.cleaned_data["text"].strip() if form.is_valid() else ""
    page = Paginator(queries.outlets_near(text, day=timezone.localdate()), PER_PAGE).get_page(request.GET.get("page"))
    names = queries.names_of(outlet.region_id for outlet in page.object_list)
    offices = queries.agencies_near(text)[:MOST_OFFICES] if text else ()
    rows = [{"outlet": outlet, "region": names.get(outlet.region_id, "")} for outlet in page.object_list]
    return render(request, "recipient/places.html", {"form": form, "page": page, "rows": rows, "offices": offices})


@open_to_all
def stopped(request: HttpRequest) -> HttpResponse:
    """What to do when no pension arrived."""
    return render(request, "recipient/stopped.html")
