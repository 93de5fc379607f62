"""The audit trail, for the audit administrator: who did what, when and why, and whether it is as it was written."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from anling.access.errors import AccessError
from anling.access.pages import OfficerRequest, allow
from anling.access.roles import Act
from anling.access.trail import ask_verification, export_trail
from anling.audit import queries
from anling.audit.queries import Sought
from anling.territory.queries import names_of
from anling.web.labels import ACTS, OBJECTS, label
from anling.web.officer.spreadsheets import XLSX_ROWS, sheet
from anling.web.officer.tables import Columns, page_of
from anling.web.officer.words.trail_words import fact, value

COLUMNS = (
    "id", "at", "kind", "doer", "doer_label", "region", "object_type", "object_key", "before", "after", "reason",
    "policy_version", "rows", "content_hash",
)  # fmt: skip
SORTS: Columns = {
    "at": ("id",), "act": ("kind",), "doer": ("doer_label",), "region": ("region",),
    "object": ("object_type", "object_key"),
}  # fmt: skip


class TrailFilter(forms.Form):
    """Which entries; everything may be left out."""

    kind = forms.ChoiceField(label=_("Act"), required=False)
    doer = forms.CharField(label=_("Doer"), required=False, max_length=80)
    region = forms.RegexField(r"^[0-9]{2,12}$", label=_("Region"), required=False)
    object_type = forms.ChoiceField(label=_("Object"), required=False, choices=[("", _("All")), *OBJECTS.items()])
    object_key = forms.CharField(label=_("Key of the object"), required=False, max_length=80)
    since = forms.DateField(
        label=pgettext_lazy("day", "From"), required=False, widget=forms.DateInput(attrs={"type": "date"})
    )
    until = forms.DateField(
        label=pgettext_lazy("day", "To"), required=False, widget=forms.DateInput(attrs={"type": "date"})
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["kind"].choices = [("", _("All")), *ACTS.items()]  # type: ignore[attr-defined]

    def sought(self) -> Sought:
        """The filter as the query takes it; fields that are wrong do not filter, and say so beside themselves."""
        self.full_clean()
        said = self.cleaned_data
        days = {name: said.get(name) for name in ("since", "until")}
        until = days["until"] + timedelta(days=1) if days["until"] else None
        plain = {name: said.get(name) or "" for name in ("kind", "doer", "region", "object_type", "object_key")}
        return Sought(**plain, since=_midnight(days["since"]), until=_midnight(until))


def _midnight(day: date | None) -> datetime | None:
    return timezone.make_aware(datetime.combine(day, time.min)) if day else None  # made aware here


@allow(Act.READ_TRAIL)
def trail(request: OfficerRequest) -> HttpResponse:
    """The newest entries first, fifty at a time; the state of the chain on top."""
    form = TrailFilter(request.GET)
    found = _in_order(request, form) if request.GET.get("sort") else _newest(request, form)
    values = {**found, "form": form, "rows": [_row(row) for row in found["entries"]], "state": queries.state()}
    values["regions"] = names_of(row.region for row in found["entries"])
    return render(request, "officer/trail/list.html", values)


def _newest(request: OfficerRequest, form: TrailFilter) -> dict[str, Any]:
    """As they were written, the newest first: however long the trail is, no page costs more than the first."""
    below = request.GET.get("below", "")
    rows, following = queries.entries(form.sought(), below=int(below) if below.isascii() and below.isdigit() else None)
    more = request.GET.copy()
    more["below"] = str(following)
    return {"entries": rows, "below": below, "more": following and more.urlencode()}


def _in_order(request: OfficerRequest, form: TrailFilter) -> dict[str, Any]:
    """In another order, page by page; what is too long to be counted is to be narrowed first."""
    page = page_of(request, queries.listed(form.sought()), SORTS)
    return {"entries": page.object_list, "page": page}


@allow(Act.READ_TRAIL)
def trail_entry(request: OfficerRequest, key: int) -> HttpResponse:
    """One entry with what was before and after, field by field."""
    entry = queries.entry(key)
    if entry is None:
        raise Http404(gettext("There is no such entry."))
    before, after = (value if isinstance(value, dict) else {} for value in (entry.before, entry.after))
    names = [*before, *(name for name in after if name not in before)]
    variables = {
        "row": _row(entry),
        "where": names_of([entry.region]).get(entry.region, ""),
        "changes": [
            (
                fact(name),
                value(entry.object_type, name, before.get(name)),
                value(entry.object_type, name, after.get(name)),
            )
            for name in names
        ],
        "seal": queries.seal_number(key),
    }
    return render(request, "officer/trail/entry.html", variables)


@allow(Act.READ_TRAIL)
def trail_state(request: OfficerRequest) -> HttpResponse:
    """The state of the chain alone, asked for again while a verification is under way."""
    return render(request, "officer/trail/state.html", {"state": queries.state()})


@allow(Act.READ_TRAIL)
@require_POST
def trail_verify(request: OfficerRequest) -> HttpResponse:
    """Have the whole chain verified in the background."""
    try:
        ask_verification(by=request.actor, at=timezone.now())
    except AccessError as error:
        messages.error(request, str(error))
    return HttpResponseRedirect(reverse("office:trail"))


@allow(Act.READ_TRAIL)
@require_POST
def trail_export(request: OfficerRequest) -> HttpResponseBase:
    """The entries of the filter as CSV or XLSX; taking them out is itself recorded."""
    form = TrailFilter(request.POST)
    kind = request.POST.get("format", "csv")
    sought = form.sought()
    if kind == "xlsx" and queries.count(sought, at_most=XLSX_ROWS + 1) > XLSX_ROWS:
        messages.error(request, gettext("A workbook holds 1,048,575 rows; narrow the filter, or take CSV."))
        return HttpResponseRedirect(reverse("office:trail"))
    made = sheet(kind, COLUMNS, _cells(sought))
    export_trail(sought=sought, rows=made.rows, content_hash=made.sha256, by=request.actor, at=timezone.now())
    return made.sent_as(f"trail-{timezone.localtime():%Y%m%d-%H%M%S}")


def _cells(sought: Sought) -> Iterator[list[object]]:
    for entry in queries.all_entries(sought):
        yield [getattr(entry, name) for name in COLUMNS]


def _row(entry: Any) -> dict[str, Any]:
    return {"entry": entry, "kind": label(entry.kind, "act"), "object": label(entry.object_type, "object")}
