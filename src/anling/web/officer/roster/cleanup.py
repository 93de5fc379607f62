"""Clean-up queues: what the roster leaves unclear, side by side, to be merged, corrected, or settled with a note."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from anling.access.pages import OfficerRequest, allow
from anling.access.roles import Act
from anling.roster import merging, operations, queries
from anling.roster.errors import RosterError
from anling.territory.queries import names_of
from anling.web.officer.roster import whose_status
from anling.web.officer.spreadsheets import formats_for
from anling.web.officer.tables import Columns, page_of

KINDS = {
    "two_in_pay": _("Two benefits in pay"),
    "shared_number": _("Shared number"),
    "duplicate_people": _("Possible duplicates"),
    "id_invalid": _("Number fails its check"),
    "unit_missing": _("No unit"),
    "region_unknown": _("Unknown region"),
    "agency_unknown": _("Unknown agency"),
    "pay_status_differs": _("Pay status differs from the roster file"),
}
_ROWS = {"rows": 3}


class NoteForm(forms.Form):
    """What was decided."""

    note = forms.CharField(
        label=_("Note"), help_text=_("What was decided, and on what it rests."), max_length=500,
        widget=forms.Textarea(attrs=_ROWS),
    )  # fmt: skip


class UndoForm(forms.Form):
    """Why a merge is taken back."""

    reason = forms.CharField(
        label=_("Reason"), help_text=_("Why the two are not one person."), max_length=500,
        widget=forms.Textarea(attrs=_ROWS),
    )  # fmt: skip


class MergeForm(forms.Form):
    """Why two records are one person; two numbers that pass their check ask for a second look."""

    reason = forms.CharField(
        label=_("Reason"), help_text=_("Why both are one person, and on what it rests."), max_length=500,
        widget=forms.Textarea(attrs=_ROWS),
    )  # fmt: skip
    confirmed = forms.BooleanField(
        label=_("Both numbers pass their check and differ; they belong to one person nevertheless."), required=False
    )


COLUMNS: Columns = {
    "name": ("person__pinyin",), "region": ("region",), "ours": ("ours",), "theirs": ("theirs",),
    "found": ("found_at",),
}  # fmt: skip


def kind_of(given: QueryDict) -> str:
    """The queue that is asked for; the first where there is none of that name."""
    chosen = given.get("kind", "")
    return chosen if chosen in KINDS else next(iter(KINDS))


@allow(Act.CORRECT)
def queue(request: OfficerRequest) -> HttpResponse:
    """The queues with their lengths, and one of them."""
    chosen = kind_of(request.GET)
    lengths = queries.queues(tuple(KINDS))
    page = page_of(request, queries.findings(chosen), COLUMNS)
    kinds = [{"kind": kind, "title": title, "count": lengths[kind]} for kind, title in KINDS.items()]
    values = {"kinds": kinds, "chosen": chosen, "page": page, "formats": formats_for(request),
              "regions": names_of(each.region for each in page)}  # fmt: skip
    return render(request, "officer/cleanup/queue.html", values)


@allow(Act.CORRECT)
def finding(request: OfficerRequest, key: int) -> HttpResponse:
    """One finding: the people side by side, what can be done, and the note that settles it."""
    found = queries.finding(key)
    if found is None:
        raise Http404
    if found.kind == whose_status.KIND and found.benefit_id:
        return whose_status.differing(request, found)
    form = NoteForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            operations.settle(finding=key, by=request.actor, at=timezone.now(), note=form.cleaned_data["note"])
        except RosterError as error:
            form.add_error("note", str(error))
        else:
            return redirect("office:cleanup-finding", key)
    people = queries.side_by_side(found)
    values = {"finding": found, "people": people, "form": form, "title": KINDS[found.kind],
              "regions": _regions(*people)}  # fmt: skip
    values["both"] = len(people) == 2 and not any(person.merged_into_id for person in people)
    return render(request, "officer/cleanup/finding.html", values)


@allow(Act.CORRECT)
def merge(request: OfficerRequest, key: int, keep: int) -> HttpResponse:
    """What a merge of the two people of a finding would move, and the merge. keep: whose record stays."""
    found = queries.finding(key)
    people = {person.pk: person for person in queries.side_by_side(found)} if found else {}
    if found is None or len(people) != 2 or keep not in people:
        raise Http404
    kept = people.pop(keep)
    (gone,) = people.values()
    form = MergeForm(request.POST or None)
    doubtful = merging.both_valid(kept, gone)
    if not doubtful:
        del form.fields["confirmed"]
    if request.method == "POST" and form.is_valid():
        try:
            made = merging.merge_people(
                keep=keep, other=gone.pk, by=request.actor, at=timezone.now(), reason=form.cleaned_data["reason"],
                confirmed=form.cleaned_data.get("confirmed", False),
            )  # fmt: skip
        except RosterError as error:
            form.add_error("confirmed" if doubtful and not form.cleaned_data["confirmed"] else None, str(error))
        else:
            messages.success(request, gettext("The two are one person now; it can be undone from this list."))
            return redirect(f"{_settled_url()}#merge-{made.pk}")
    values = {"finding": found, "kept": kept, "gone": gone, "form": form, "changes": queries.changes(gone.pk).count(),
              "regions": _regions(kept, gone)}  # fmt: skip
    return render(request, "officer/cleanup/merge.html", values)


@allow(Act.CORRECT)
def settled(request: HttpRequest) -> HttpResponse:
    """What has been merged and settled: by whom, when and why; a merge can be undone."""
    merges = queries.page(queries.merges(), request.GET.get("page"))
    notes = [(each, KINDS[each.kind]) for each in queries.page(queries.settled(), 1)]
    return render(request, "officer/cleanup/settled.html", {"page": merges, "notes": notes})


@allow(Act.CORRECT)
def undo(request: OfficerRequest, key: int) -> HttpResponse:
    """Take a merge apart, with a reason."""
    found = queries.merge(key)
    if found is None:
        raise Http404
    form = UndoForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            merging.undo_merge(
                merge=key, reason=form.cleaned_data["reason"], by=request.actor, at=timezone.now()
            )  # fmt: skip
        except RosterError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, gettext("The merge is undone; both people are as they were."))
            return redirect("office:cleanup-settled")
    values = {"merge": found, "form": form, "counts": merging.counts(found)}
    return render(request, "officer/cleanup/undo.html", values)


def _regions(*people: Any) -> dict[str, str]:
    """The names of the regions that pay some people."""
    return names_of(benefit.region for person in people for benefit in person.benefits.all())


def _settled_url() -> str:
    return reverse("office:cleanup-settled")
