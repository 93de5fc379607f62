"""Client systems, for the security administrator: what calls the API, and with which limits."""

from __future__ import annotations

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
from anling.web.officer.officers import SwitchForm, blame


class ClientForm(forms.Form):
    """A client system and its limits."""

    name = forms.CharField(label=pgettext_lazy("thing", "Name"), max_length=100)
    region = forms.CharField(label=_("Region"), max_length=12, help_text=_("2, 4, 6, 9 or 12 digits"))
    scopes = forms.CharField(label=_("Scopes"), required=False, help_text=_("such as people:read, with blanks between"))
    per_minute = forms.IntegerField(label=_("Requests per minute"), min_value=1, max_value=100_000, initial=600)


@allow(Act.ADMINISTER_ACCESS)
def clients(request: OfficerRequest) -> HttpResponse:
    """All client systems."""
    return render(request, "officer/officers/clients.html", {"clients": queries.clients()})


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
    renewing, switching = (request.POST.get("act") == act for act in ("renew", "switch"))
    limits: dict[str, object] = {
        "name": found.name,
        "region": found.region,
        "scopes": found.allowed_scopes,
        "per_minute": found.per_minute,
    }
    form = ClientForm(
        request.POST if request.method == "POST" and not renewing and not switching else None, initial=limits
    )
    renewal = SwitchForm(request.POST if renewing else None, prefix="renew")
    switch = SwitchForm(request.POST if switching else None, prefix="switch")
    try:
        if switch.is_valid():
            operations.switch_client(
                client=found, on=not found.active, reason=switch.cleaned_data["reason"], by=request.actor,
                at=timezone.now(),
            )  # fmt: skip
            messages.success(request, gettext("Done and recorded."))
            return HttpResponseRedirect(reverse("office:client", args=[key]))
        if renewal.is_valid():
            reason = renewal.cleaned_data["reason"]
            secret = operations.renew_secret(client=found, reason=reason, by=request.actor, at=timezone.now())
            return render(request, "officer/officers/secret.html", {"client": found, "secret": secret})
        if form.is_valid():
            operations.change_client(client=found, **form.cleaned_data, by=request.actor, at=timezone.now())
            messages.success(request, gettext("Done and recorded."))
            return HttpResponseRedirect(reverse("office:client", args=[key]))
    except AccessError as error:
        blame(switch if switching else renewal if renewing else form, error)
    values = {"client": found, "form": form, "renewal": renewal, "switch": switch}
    return render(request, "officer/officers/client.html", values)
