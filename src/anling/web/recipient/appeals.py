"""Contest a decision about pay (/me/appeal), and ask how that stands."""

from __future__ import annotations

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache

from anling.access.pages import open_to_all
from anling.payment.effects.contesting import Asked, contest, fresh_form, standing
from anling.web.recipient.limits import allowed, too_many

ASKED_AN_HOUR, LOOKED_AN_HOUR = 5, 20


class AppealForm(forms.Form):
    """Who it is about and what is wrong.

    form: the same form sent twice is one appeal. after: reference of the answered appeal that somebody comes back to.
    """

    number = forms.CharField(label=_("Identity number"), min_length=6, max_length=30)
    name = forms.CharField(label=_("Name"), max_length=50)
    text = forms.CharField(
        label=_("What is wrong?"), help_text=_("For example: I am alive. My pension has stopped."), max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4}),
    )  # fmt: skip
    phone = forms.RegexField(
        r"^[0-9+() -]{5,30}$", label=_("Telephone"), help_text=_("We call you there."), max_length=30
    )
    form = forms.CharField(widget=forms.HiddenInput, max_length=32, required=False, initial=fresh_form)
    after = forms.CharField(widget=forms.HiddenInput, max_length=20, required=False)


class LookForm(forms.Form):
    """Proof that somebody may know how it stands."""

    last = forms.RegexField(
        r"^\s*[0-9]{3}[0-9Xx]\s*$", label=_("Last 4 characters of the identity number"), max_length=8
    )


@open_to_all
@never_cache
def appeal(request: HttpRequest) -> HttpResponse:
    """The form, and the reference after it was sent: the same for everybody."""
    form, status = AppealForm(request.POST or None, initial={"after": request.GET.get("after", "")[:20]}), 200
    if request.method == "POST":
        if not allowed(request, "appeal", ASKED_AN_HOUR, timezone.now()):
            form.add_error(None, too_many())
            status = 429
        elif form.is_valid():
            reference = contest(asked=Asked(**form.cleaned_data), at=timezone.now())
            return render(request, "recipient/received.html", {"reference": reference})
        else:
            status = 422
    return render(request, "recipient/appeal.html", {"form": form}, status=status)


@open_to_all
@never_cache
def told(request: HttpRequest, reference: str) -> HttpResponse:
    """How an appeal stands, for whoever knows its reference and the end of the number."""
    form, status, found = LookForm(request.POST or None), 200, None
    if request.method == "POST":
        if not allowed(request, "look", LOOKED_AN_HOUR, timezone.now()):
            form.add_error(None, too_many())
            status = 429
        elif form.is_valid():
            found = standing(reference=reference, last=form.cleaned_data["last"])
            if found is None:
                form.add_error(None, gettext("Reference and number do not belong together. Please look at both again."))
                status = 422
    return render(
        request, "recipient/told.html", {"form": form, "reference": reference, "found": found}, status=status
    )  # fmt: skip
