"""Clean-up queues: what the roster leaves unclear, side by side, to be settled with a note."""

from __future__ import annotations

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from anling.access.pages import OfficerRequest, allow
from anling.access.roles import Act
from anling.roster import operations, queries
from anling.roster.errors import RosterError

KINDS = {
    "two_in_pay": _("Two benefits in pay"),
    "shared_number": _("Shared number"),
    "duplicate_people": _("Possible duplicates"),
    "id_invalid": _("Number fails its check"),
    "unit_missing": _("No unit"),
    "region_unknown": _("Unknown region"),
    "agency_unknown": _("Unknown agency"),
}


class NoteForm(forms.Form):
    """What was decided."""

    note = forms.CharField(
        label=_("Note"), help_text=_("What was decided, and on what it rests."), max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
    )  # fmt: skip


@allow(Act.CORRECT)
def queue(request: HttpRequest) -> HttpResponse:
    """The queues with their lengths, and one of them."""
    chosen = request.GET.get("kind", "")
    chosen = chosen if chosen in KINDS else next(iter(KINDS))
    lengths = queries.queues(tuple(KINDS))
    page = queries.page(queries.findings(chosen), request.GET.get("page"))
    kinds = [{"kind": kind, "title": title, "count": lengths[kind]} for kind, title in KINDS.items()]
    return render(request, "officer/cleanup/queue.html", {"kinds": kinds, "chosen": chosen, "page": page})


@allow(Act.CORRECT)
def finding(request: OfficerRequest, key: int) -> HttpResponse:
    """One finding: the people side by side, and the note that settles it."""
    found = queries.finding(key)
    if found is None:
        raise Http404
    form = NoteForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            operations.settle(finding=key, by=request.actor, at=timezone.now(), note=form.cleaned_data["note"])
        except RosterError as error:
            form.add_error("note", str(error))
        else:
            return redirect("office:cleanup-finding", key)
    people = queries.side_by_side(found)
    values = {"finding": found, "people": people, "form": form, "title": KINDS[found.kind]}
    return render(request, "officer/cleanup/finding.html", values)
