"""Agencies; and lists of agencies, units and outlets: uploaded, looked at, then applied (N-B3, N-B4)."""

from __future__ import annotations

import hashlib
from typing import Any

from django import forms
from django.conf import settings
from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from anling.access.bodies import takes
from anling.access.errors import NotAllowedError
from anling.access.pages import OfficerRequest, allow
from anling.access.permissions import may
from anling.access.roles import Act
from anling.audit.scope import current
from anling.comparison.place_sheets import read_place_sheet
from anling.territory import drafts, queries
from anling.territory.errors import TerritoryError
from anling.territory.lists import read_list
from anling.territory.operations import Plan, load_list, plan_list
from anling.web.officer.roster.places import PER_PAGE, Filter
from anling.web.officer.tables import Columns, page_of

LISTS: dict[str, str | Promise] = {"agencies": _("Agencies"), "units": _("Units"), "outlets": _("Outlets")}
_FIELDS: dict[str, str | Promise] = {
    "name": _("Name"), "region_id": _("Region"), "kind": _("Kind"), "phone": _("Phone"), "address": _("Address"),
    "hours": _("Hours"), "terminal": _("Self-service terminal"), "latitude": _("Latitude"), "longitude": _("Longitude"),
}  # fmt: skip
_SHOWN = 50
"""Rows of a preview that are told one by one; all are counted."""


class ListForm(forms.Form):
    """A list of places."""

    kind = forms.ChoiceField(label=_("List of"), choices=list(LISTS.items()))
    file = forms.FileField(
        label=_("File"),
        help_text=_("CSV or a spreadsheet; the first line holds the headings, such as 编号, 名称, 区划代码."),
    )

    def clean_file(self) -> UploadedFile:
        """The file, unless it is larger than a list can be."""
        file: UploadedFile = self.cleaned_data["file"]
        if (file.size or 0) > drafts.MOST_BYTES:
            raise forms.ValidationError(gettext("The file is larger than 50 MB; divide it by city."))
        return file


COLUMNS: Columns = {"code": ("code",), "agency": ("name",), "region": ("region_id",)}


@allow(Act.LOOK, Act.SEE_FIGURES)
def agencies(request: OfficerRequest) -> HttpResponse:
    """Paying agencies of a region."""
    form = Filter(request.GET)
    asked = form.cleaned_data if form.is_valid() else {"q": "", "region": ""}
    found = queries.agencies(asked["region"], text=asked["q"].strip())
    page = page_of(request, found, COLUMNS, per_page=PER_PAGE)
    names = queries.names_of(agency.region_id for agency in page)
    rows = [{"agency": agency, "where": names[agency.region_id]} for agency in page]
    variables = {"form": form, "page": page, "rows": rows, "tab": "agencies"}
    return render(
        request,
        "officer/places/agencies.html",
        {**variables, "may_load": may(request.actor, Act.IMPORT, current().prefix)},
    )


@allow(Act.IMPORT)
@takes(drafts.MOST_BYTES)
def place_list(request: OfficerRequest) -> HttpResponse:
    """Upload a list; nothing is written before it was looked at."""
    form = ListForm(request.POST or None, request.FILES or None, initial={"kind": request.GET.get("kind", "units")})
    if request.method == "POST" and form.is_valid():
        kind, file = form.cleaned_data["kind"], form.cleaned_data["file"]
        content = file.read()
        try:
            plan_list(
                given=read_list(sheet=read_place_sheet, kind=kind, name=file.name, content=content), by=request.actor
            )
        except (TerritoryError, NotAllowedError) as error:
            form.add_error("file", str(error))
        else:
            key = drafts.keep(home=settings.HOME, kind=kind, name=file.name, owner=request.actor.key, content=content)
            return HttpResponseRedirect(reverse("office:place-list-preview", args=[key]))
    return render(request, "officer/places/upload.html", {"form": form})


@allow(Act.IMPORT)
def preview(request: OfficerRequest, key: str) -> HttpResponse:
    """What an uploaded list would change, as of now."""
    try:
        draft = drafts.draft(home=settings.HOME, key=key, owner=request.actor.key)
        plan = plan_list(given=_read(draft), by=request.actor)
    except (TerritoryError, NotAllowedError) as error:
        messages.error(request, str(error))
        return HttpResponseRedirect(reverse("office:place-list"))
    return render(request, "officer/places/preview.html", {
        "draft": draft, "counts": plan.counts, "kind": LISTS[draft.kind], "back": reverse(f"office:{draft.kind}"),
        "nothing": not plan.added and not plan.changed, "state": _state(plan), **_told(plan),
    })  # fmt: skip


@allow(Act.IMPORT)
@require_POST
def decide(request: OfficerRequest, key: str) -> HttpResponse:
    """Apply an uploaded list as it was shown, or put it away; where places have changed since, it is shown again."""
    again = HttpResponseRedirect(reverse("office:place-list-preview", args=[key]))
    try:
        draft = drafts.draft(home=settings.HOME, key=key, owner=request.actor.key)
        if "discard" not in request.POST:
            given = _read(draft)
            if _state(plan_list(given=given, by=request.actor)) != request.POST.get("state"):
                messages.error(request, gettext("Places have changed meanwhile; look at the list once more."))
                return again
            done = load_list(given=given, by=request.actor, at=timezone.now())
            counts = {"added": f"{done.added:,}", "changed": f"{done.changed:,}"}
            messages.success(request, gettext("The list is applied: %(added)s added, %(changed)s changed.") % counts)
    except (TerritoryError, NotAllowedError) as error:
        messages.error(request, str(error))
        return HttpResponseRedirect(reverse("office:place-list"))
    drafts.drop(home=settings.HOME, key=key)
    return HttpResponseRedirect(reverse(f"office:{draft.kind}"))


def _read(draft: drafts.Draft) -> Any:
    return read_list(sheet=read_place_sheet, kind=draft.kind, name=draft.name, content=draft.content)


def _state(plan: Plan) -> str:
    """Differs where the plan differs: what was looked at is what is applied."""
    changed = [(old.code, {name: (getattr(old, name), new) for name, new in new.items()}) for old, new in plan.changed]
    return hashlib.sha256(repr((plan.added, changed, plan.unchanged)).encode()).hexdigest()


def _told(plan: Plan) -> dict[str, Any]:
    regions = {str(row["region_id"]) for row in plan.added[:_SHOWN]}
    names = queries.names_of(regions)
    changed = [
        (old.code, old.name, [(_FIELDS[name], _word(getattr(old, name)), _word(value)) for name, value in new.items()])
        for old, new in plan.changed[:_SHOWN]
    ]
    added = [(row["code"], row["name"], names[str(row["region_id"])]) for row in plan.added[:_SHOWN]]
    more = {"more_added": len(plan.added) - len(added), "more_changed": len(plan.changed) - len(changed)}
    return {"added": added, "changed": changed, **more}


def _word(value: object) -> str:
    if isinstance(value, bool):
        return gettext("yes") if value else gettext("no")
    return "–" if value in (None, "") else str(value)
