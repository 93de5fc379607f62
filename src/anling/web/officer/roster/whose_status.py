"""A pay status that the roster file holds otherwise: both sides, which of them holds, and undoing that."""

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
from anling.payment.effects.whose import decided_here, reopen_pay_status, settle_pay_status
from anling.payment.errors import PaymentError
from anling.roster import queries

KIND = "pay_status_differs"
_ROWS = {"rows": 3}


class SideForm(forms.Form):
    """Which of the two holds, and why."""

    side = forms.ChoiceField(
        label=_("Which pay status holds?"), widget=forms.RadioSelect,
        choices=[("ours", _("Ours: the roster file is wrong")), ("theirs", _("That of the roster file"))],
    )  # fmt: skip
    reason = forms.CharField(
        label=_("Reason"), help_text=_("On what it rests."), max_length=500, widget=forms.Textarea(attrs=_ROWS)
    )


class AgainForm(forms.Form):
    """Why it is undone."""

    reason = forms.CharField(
        label=_("Reason"), help_text=_("Why it is undone."), max_length=500, widget=forms.Textarea(attrs=_ROWS)
    )


def differing(request: OfficerRequest, found: Any) -> HttpResponse:
    """One difference: ours and theirs side by side, and the choice while it is open."""
    form, status = SideForm(request.POST or None), 200
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        try:
            settle_pay_status(
                finding=found.pk, side=said["side"], reason=said["reason"], by=request.actor, at=timezone.now()
            )  # fmt: skip
        except PaymentError as error:
            form.add_error(error.field if error.field in form.fields else None, str(error))
            status = 422
        else:
            messages.success(request, gettext("The difference is settled; it can be undone from this page."))
            return redirect("office:cleanup-finding", found.pk)
    values = {"finding": found, "form": form, "decided_here": decided_here(found.benefit_id)}
    return render(request, "officer/cleanup/pay_status.html", values, status=status)


@allow(Act.CORRECT)
def reopen(request: OfficerRequest, key: int) -> HttpResponse:
    """Undo what was settled, with a reason."""
    found = queries.finding(key)
    if found is None or found.kind != KIND or not found.benefit_id:
        raise Http404
    form, status = AgainForm(request.POST or None), 200
    if request.method == "POST" and form.is_valid():
        try:
            reopen_pay_status(
                finding=key, reason=form.cleaned_data["reason"], by=request.actor, at=timezone.now()
            )  # fmt: skip
        except PaymentError as error:
            form.add_error(error.field if error.field in form.fields else None, str(error))
            status = 422
        else:
            messages.success(request, gettext("The difference is open again."))
            return redirect("office:cleanup-finding", key)
    return render(request, "officer/cleanup/reopen.html", {"finding": found, "form": form}, status=status)
