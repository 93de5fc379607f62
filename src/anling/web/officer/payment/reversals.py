"""Undoing a wrongful stop or end, and lifting one after somebody was found free: shown with months and yuan first."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from anling.access.pages import OfficerRequest, allow
from anling.access.roles import Act
from anling.casework import queries as cases
from anling.casework.errors import CaseError
from anling.payment import queries
from anling.payment.effects import reversing, settling
from anling.payment.errors import PaymentError
from anling.rules.ledger import Reverse
from anling.web.officer.words.pay_words import REASONS


class ReverseForm(forms.Form):
    """Why a stop or end was wrong."""

    why = forms.ChoiceField(
        label=_("What was wrong"), help_text=_("Of a wrong day of death, make a finding with the right one instead."),
        choices=[(each.value, REASONS[each.value]) for each in (Reverse.WRONGFUL, Reverse.DECLARATION_REVOKED)],
    )  # fmt: skip
    reason = forms.CharField(
        label=_("Reason"), help_text=_("What shows that it was wrong; it stays on record."), max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
    )  # fmt: skip
    sure = forms.BooleanField(label=_("I have looked at the months and sums above."))


class LiftForm(forms.Form):
    """On what it rests that pay resumes."""

    condition_met = forms.BooleanField(
        label=_("Acquitted, or reappeared: what was withheld is owed where the reason of the stop says so."),
        required=False,
    )
    note = forms.CharField(label=_("On what this rests"), max_length=500, widget=forms.Textarea(attrs={"rows": 3}))
    sure = forms.BooleanField(label=_("I have looked at the finding above."))


@allow(*reversing.ACTS)
def reverse(request: OfficerRequest, key: int, ref: str) -> HttpResponse:
    """What undoing a stop or end comes to; then the act."""
    benefit = queries.benefit(key)
    if benefit is None:
        raise Http404(gettext("There is no such benefit in your region."))
    form = ReverseForm(request.POST or None)
    values: dict[str, Any] = {"benefit": benefit}
    now, status = timezone.now(), 200
    try:
        shown = reversing.preview(benefit=key, hold_ref=ref, why=Reverse.WRONGFUL, at=now)
        values["shown"] = shown
        values["hold"] = REASONS.get(shown.hold.reason, shown.hold.reason)
        if request.method == "POST" and form.is_valid():
            reversing.reverse(
                benefit=key, hold_ref=ref, why=Reverse(form.cleaned_data["why"]), by=request.actor, at=now,
                reason=form.cleaned_data["reason"],
            )  # fmt: skip
            messages.success(request, gettext("It is undone; resumption and arrears go out with the next pay run."))
            return redirect("office:person", benefit.person_id)
    except PaymentError as error:
        form.is_valid()
        form.add_error(None, str(error))
        status = 422
    return render(request, "officer/recoveries/reverse.html", {**values, "form": form}, status=status)


@allow(Act.APPROVE_FINDINGS)
def lift(request: OfficerRequest, key: int) -> HttpResponse:
    """Have pay resumed after somebody in custody or missing was found; then the act."""
    found = cases.finding(key)
    if found is None:
        raise Http404(gettext("There is no such finding in your region."))
    form, status = LiftForm(request.POST or None), 200
    values: dict[str, Any] = {"found": found}
    if request.method == "POST" and form.is_valid():
        said: dict[str, Any] = {name: form.cleaned_data[name] for name in ("condition_met", "note")}
        try:
            settling.lift(finding=key, by=request.actor, at=timezone.now(), **said)
        except (PaymentError, CaseError) as error:
            form.add_error(None, str(error))
            status = 422
        else:
            messages.success(request, gettext("Pay resumes with the next pay run."))
            return redirect("office:person", found.person_id)
    values["liftable"] = settling.liftable(key)
    return render(request, "officer/recoveries/lift.html", {**values, "form": form}, status=status)
