"""Since when a benefit that came suspended was not paid: one officer says so on a paper, another approves it."""

from __future__ import annotations

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from anling.access.pages import OfficerRequest, allow
from anling.access.permissions import may
from anling.access.roles import Act
from anling.payment import queries
from anling.payment.effects import earlier
from anling.payment.errors import PaymentError
from anling.rules.months import Month

_MONTH = r"^\d{4}-(0[1-9]|1[0-2])$"


class SinceForm(forms.Form):
    """The first month not paid, and the paper."""

    month = forms.RegexField(_MONTH, label=_("First month not paid (yyyy-MM)"))
    paper = forms.CharField(
        label=_("Paper"), max_length=200,
        help_text=_("Number and date of the notice or list of the earlier system; it stays on record."),
    )  # fmt: skip


class AgreeForm(forms.Form):
    """The month that the second officer saw."""

    month = forms.RegexField(_MONTH, widget=forms.HiddenInput)
    sure = forms.BooleanField(label=_("I have looked at the paper."))


@allow(Act.SIGN_PAY, Act.APPROVE_PAY)
def since(request: OfficerRequest, key: int) -> HttpResponse:
    """What was proposed, then the proposal or the approval, by whoever may do it."""
    benefit = queries.benefit(key)
    if benefit is None:
        raise Http404(gettext("There is no such benefit in your region."))
    said, now, status = earlier.said_of(key), timezone.now(), 200
    agrees = bool(said) and may(request.actor, Act.APPROVE_PAY, benefit.region)
    form: forms.Form = SinceForm(request.POST or None)
    if agrees and said:
        form = AgreeForm(request.POST or None, initial={"month": f"{said.month:%Y-%m}"})
    if request.method == "POST" and form.is_valid():
        month = Month.parse(form.cleaned_data["month"])
        try:
            if agrees:
                earlier.approve_since(benefit=key, month=month, by=request.actor, at=now)
            else:
                paper = form.cleaned_data["paper"]
                earlier.say_since(benefit=key, month=month, paper=paper, by=request.actor, at=now)
        except PaymentError as error:
            form.add_error(error.field if error.field in form.fields else None, str(error))
            status = 422
        else:
            told = gettext("Approved; what is owed goes out with the next pay run.") if agrees else gettext(
                "Proposed; another officer approves it."
            )  # fmt: skip
            messages.success(request, told)
            return redirect("office:person", benefit.person_id)
    values = {
        "benefit": benefit, "said": said, "form": form, "agrees": agrees,
        "unknown": bool(earlier.unknown_since([benefit])), "proposes": may(request.actor, Act.SIGN_PAY, benefit.region),
    }  # fmt: skip
    return render(request, "officer/recoveries/since.html", values, status=status)
