"""Findings that wait for a second officer, and what that officer decides."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from anling.access.pages import OfficerRequest, allow
from anling.access.permissions import may
from anling.access.roles import Act
from anling.audit.scope import current
from anling.casework import findings as operations
from anling.casework import queries
from anling.casework.errors import CaseError, TakenError
from anling.comparison.queries.regions import region_names
from anling.payment.effects import settling
from anling.payment.errors import PaymentError
from anling.rules.ledger import End, Reversal
from anling.web.officer.casework.case_acts import back_to, done
from anling.web.officer.casework.case_forms import DecideForm
from anling.web.officer.casework.cases import LOOKING, finding_row, row
from anling.web.officer.spreadsheets import formats_for
from anling.web.officer.tables import Columns, page_of


class ApproveForm(forms.Form):
    """What a second officer takes upon themselves."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    note = forms.CharField(label=_("Note"), required=False, max_length=500, widget=forms.Textarea(attrs={"rows": 2}))
    sure = forms.BooleanField(label=_("I have looked at what it does to pay."))


COLUMNS: Columns = {"found": ("outcome",), "by": ("doer_label",), "at": ("at",), "region": ("region",)}


@allow(*LOOKING)
def findings(request: OfficerRequest) -> HttpResponse:
    """The findings that wait, the oldest first; one's own are shown, for another to decide."""
    page = page_of(request, queries.pending(), COLUMNS)
    today, names = timezone.localdate(), region_names({each.region for each in page.object_list})
    rows = [
        {**finding_row(each), "case": row(each.case, today, names), "own": each.doer == request.actor.key}
        for each in page.object_list
    ]
    approves = may(request.actor, Act.APPROVE_FINDINGS, str(current()))
    values = {"page": page, "rows": rows, "approves": approves, "formats": formats_for(request)}
    return render(request, "officer/cases/findings.html", values)


@allow(Act.APPROVE_FINDINGS)
@require_POST
def decide(request: OfficerRequest, key: int) -> HttpResponse:
    """Approve a finding, or return it with a note."""
    found = queries.finding(key)
    if found is None:
        raise Http404(gettext("There is no such finding in your region."))
    if request.POST.get("decision") == "approve":
        return _approve(request, found)
    form, note = DecideForm(request.POST, auto_id="decide_%s"), request.POST.get("note", "")[:500]

    def act() -> object:
        return operations.return_finding(finding=key, note=note, by=request.actor, at=timezone.now())

    return done(request, found.case_id, act, gettext("The case goes back with your note."), decide=form)


def _approve(request: OfficerRequest, found: Any) -> HttpResponse:
    """What approving does to pay, and then the act: never one click."""
    if found.doer == request.actor.key:
        return done(request, found.case_id, _own, "")
    asked, now, status = "confirm" in request.POST, timezone.now(), 200
    initial = {"version": found.case.version, "note": request.POST.get("note", "")[:500]}
    form = ApproveForm(request.POST if asked else None, initial=initial)
    effects: tuple[settling.PayEffect, ...] = ()
    try:
        if asked and form.is_valid():
            settling.approve_finding(
                finding=found.pk, version=form.cleaned_data["version"], note=form.cleaned_data["note"],
                by=request.actor, at=now,
            )  # fmt: skip
            messages.success(request, gettext("Approved: the case is closed."))
            return back_to(request, found.case_id)
        effects = settling.preview(finding=found.pk, at=now)
    except (CaseError, PaymentError) as error:
        status = 409 if isinstance(error, TakenError) else 422
        form.is_valid()
        form.add_error(None, str(error)) if form.is_bound else messages.error(request, str(error))
    values = {"found": found, "row": finding_row(found), "form": form, "effects": [_effect(each) for each in effects]}
    return render(request, "officer/recoveries/approve.html", values, status=status)


def _own() -> None:
    raise CaseError(gettext("You made this finding; another officer has to approve or return it."))


def _effect(each: settling.PayEffect) -> dict[str, Any]:
    return {
        "benefit": each.benefit, "fact": each.fact, "from_month": each.fact.from_month if each.fact else None,
        "ends": isinstance(each.fact, End), "effective": each.effective, "amount": each.amount,
        "months": len(each.overpaid), "known": each.known, "settled": each.settled,
        "corrects": isinstance(each.settled, Reversal),
    }  # fmt: skip
