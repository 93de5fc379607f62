"""Client systems, for the security administrator: what calls the API, and with which limits."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from anling.access import clients as operations
from anling.access import queries
from anling.access.errors import AccessError
from anling.access.pages import OfficerRequest, allow
from anling.access.roles import Act
from anling.territory.queries import names_of
from anling.web.officer.administration.officers import SwitchForm, blame


class ClientForm(forms.Form):
    """A client system and its limits."""

    name = forms.CharField(label=pgettext_lazy("thing", "Name"), max_length=100)
    region = forms.CharField(label=_("Region"), max_length=12, help_text=_("2, 4, 6, 9 or 12 digits"))
    scopes = forms.CharField(label=_("Scopes"), required=False, help_text=_("such as people:read, with blanks between"))
    per_minute = forms.IntegerField(label=_("Requests per minute"), min_value=1, max_value=100_000, initial=600)


class ClientSwitchForm(SwitchForm):
    """Why a client system is switched off or on, by somebody who knows what that does."""

    on = forms.BooleanField(required=False, widget=forms.HiddenInput)
    """What the reader of the page wanted: two of them at once do not undo each other."""
    sure = forms.BooleanField()
    field_order = ("on", "reason", "sure")

    def __init__(self, client: Any, data: Any = None) -> None:
        super().__init__(data, prefix="switch", initial={"on": not client.active})
        self.fields["sure"].label = (
            _("I have told whoever runs it that it stops reading and writing now.")
            if client.active
            else _("I have asked whoever runs it, and it may read and write again.")
        )


@allow(Act.ADMINISTER_ACCESS)
def clients(request: OfficerRequest) -> HttpResponse:
    """All client systems."""
    found = list(queries.clients())
    values = {"clients": found, "regions": names_of(each.region for each in found)}
    return render(request, "officer/officers/clients.html", values)


@allow(Act.ADMINISTER_ACCESS)
def client_add(request: OfficerRequest) -> HttpResponse:
    """A new client system; its secret is shown once, on the answer to this form."""
    form = ClientForm(request.POST or None)
    if form.is_valid():
        try:
            made, secret = operations.add_client(**form.cleaned_data, by=request.actor, at=timezone.now())
        except AccessError as error:
            blame(form, error)
        else:
            return render(request, "officer/officers/secret.html", {"client": made, "secret": secret})
    return render(request, "officer/officers/client_add.html", {"form": form})


@allow(Act.ADMINISTER_ACCESS)
def client(request: OfficerRequest, key: int) -> HttpResponse:
    """One client system: its limits, and a new secret for one that was lost or leaked."""
    found = queries.client_by_number(key)
    if found is None:
        raise Http404(gettext("There is no such client system."))
    act = request.POST.get("act", "change") if request.method == "POST" else ""
    limits = {
        "name": found.name, "region": found.region, "scopes": found.allowed_scopes, "per_minute": found.per_minute,
    }  # fmt: skip
    form = ClientForm(request.POST if act == "change" else None, initial=limits)
    renewal = SwitchForm(request.POST if act == "renew" else None, prefix="renew")
    switch = ClientSwitchForm(found, request.POST if act == "switch" else None)
    asked = {"change": form, "renew": renewal, "switch": switch}.get(act, form)
    try:
        if asked.is_valid():
            return _done(request, found, act, asked.cleaned_data)
    except AccessError as error:
        blame(asked, error)
    values = {"client": found, "form": form, "renewal": renewal, "switch": switch}
    return render(request, "officer/officers/client.html", values)


def _done(request: OfficerRequest, client: Any, act: str, said: dict[str, Any]) -> HttpResponse:
    """What was asked for, done. Raises AccessError."""
    at = timezone.now()
    if act == "renew":
        secret = operations.renew_secret(client=client, reason=said["reason"], by=request.actor, at=at)
        return render(request, "officer/officers/secret.html", {"client": client, "secret": secret})
    if act == "switch":
        operations.switch_client(client=client, on=said["on"], reason=said["reason"], by=request.actor, at=at)
    else:
        operations.change_client(client=client, **said, by=request.actor, at=at)
    messages.success(request, gettext("Done and recorded."))
    return HttpResponseRedirect(reverse("office:client", args=[client.pk]))
