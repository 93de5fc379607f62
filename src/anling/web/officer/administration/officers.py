"""Officers, for the security administrator: accounts, roles and regions, leave and substitution."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from anling.access import granting, operations, queries
from anling.access.errors import AccessError
from anling.access.pages import OfficerRequest, allow
from anling.access.roles import ROLES, Act, Role
from anling.territory.queries import names_of
from anling.web.officer.spreadsheets import KINDS
from anling.web.officer.tables import Columns, page_of

PER_PAGE = 50
_ROLES = [(role.value, ROLES[role]) for role in Role]
_DATE = {"type": "date"}


class Search(forms.Form):
    """Which officers."""

    search = forms.CharField(label=_("Name or account"), required=False)
    role = forms.ChoiceField(label=_("Role"), required=False, choices=[("", _("All")), *_ROLES])


class AddForm(forms.Form):
    """A new account with its first grant."""

    username = forms.CharField(label=_("Account name"), max_length=60)
    name = forms.CharField(label=_("Name"), max_length=100)
    role = forms.ChoiceField(label=_("Role"), choices=_ROLES)
    region = forms.CharField(
        label=_("Region"),
        required=False,
        max_length=12,
        help_text=_("2, 4, 6, 9 or 12 digits; none for administrators"),
    )


class ChangeForm(forms.Form):
    """Another name."""

    name = forms.CharField(label=_("Name"), max_length=100)


class GrantForm(forms.Form):
    """A role in a region for a time."""

    role = forms.ChoiceField(label=_("Role"), choices=_ROLES)
    region = forms.CharField(label=_("Region"), required=False, max_length=12)
    valid_from = forms.DateField(label=_("First day"), widget=forms.DateInput(attrs=_DATE))
    valid_to = forms.DateField(label=_("Last day"), required=False, widget=forms.DateInput(attrs=_DATE))
    reason = forms.CharField(label=_("Reason"), required=False, max_length=200)


class EndForm(forms.Form):
    """The end of one of the officer's grants."""

    grant = forms.ChoiceField(label=_("Grant"))
    last_day = forms.DateField(
        label=_("Last day"), widget=forms.DateInput(attrs=_DATE), help_text=_("yesterday ends it at once")
    )
    reason = forms.CharField(label=_("Reason"), max_length=200)


class LeaveForm(forms.Form):
    """Days away, and who stands in."""

    valid_from = forms.DateField(label=_("First day"), widget=forms.DateInput(attrs=_DATE))
    valid_to = forms.DateField(label=_("Last day"), widget=forms.DateInput(attrs=_DATE))
    stand_in = forms.CharField(label=_("Stand-in (account name)"), required=False, max_length=60)
    reason = forms.CharField(label=_("Reason"), max_length=200)


class SwitchForm(forms.Form):
    """Why the account is switched off or on."""

    reason = forms.CharField(label=_("Reason"), max_length=200)


def _change(request: OfficerRequest, officer: Any, said: dict[str, Any]) -> None:
    operations.change_officer(officer=officer, name=said["name"], by=request.actor, at=timezone.now())


def _grant(request: OfficerRequest, officer: Any, said: dict[str, Any]) -> None:
    granting.give_grant(officer=officer, **said, by=request.actor, at=timezone.now())


def _end(request: OfficerRequest, officer: Any, said: dict[str, Any]) -> None:
    grant = queries.grant_of(officer, int(said["grant"]))
    assert grant is not None, "the form offers the officer's own"
    granting.end_grant(
        grant=grant, last_day=said["last_day"], reason=said["reason"], by=request.actor, at=timezone.now()
    )


def _leave(request: OfficerRequest, officer: Any, said: dict[str, Any]) -> None:
    named = said["stand_in"].strip()
    stand_in = queries.officers(day=timezone.localdate()).filter(username=named).first() if named else None
    if named and stand_in is None:
        raise AccessError(gettext("There is no account of this name."), "stand_in")
    granting.take_leave(
        officer=officer, first=said["valid_from"], last=said["valid_to"], stand_in=stand_in, reason=said["reason"],
        by=request.actor, at=timezone.now(),
    )  # fmt: skip


def _switch(request: OfficerRequest, officer: Any, said: dict[str, Any]) -> None:
    operations.switch_officer(
        officer=officer, on=not officer.is_active, reason=said["reason"], by=request.actor, at=timezone.now()
    )


def _password(request: OfficerRequest, officer: Any, said: dict[str, Any]) -> str:
    return operations.reset_password(officer=officer, reason=said["reason"], by=request.actor, at=timezone.now())


def _factor(request: OfficerRequest, officer: Any, said: dict[str, Any]) -> None:
    operations.remove_second_factor(officer=officer, reason=said["reason"], by=request.actor, at=timezone.now())


def _sessions(request: OfficerRequest, officer: Any, said: dict[str, Any]) -> None:
    operations.end_sessions(officer=officer, reason=said["reason"], by=request.actor, at=timezone.now())


_Perform = Callable[[OfficerRequest, Any, dict[str, Any]], str | None]
_ACTS: dict[str, tuple[Any, type[forms.Form], _Perform]] = {
    "grant": (_("Give a role"), GrantForm, _grant),
    "end": (_("End a role"), EndForm, _end),
    "leave": (_("Leave and substitution"), LeaveForm, _leave),
    "change": (_("Change the name"), ChangeForm, _change),
    "password": (_("Make a one-time password"), SwitchForm, _password),
    "factor": (_("Remove a lost second factor"), SwitchForm, _factor),
    "sessions": (_("End all sign-ins"), SwitchForm, _sessions),
    "switch": (_("Switch the account off or on"), SwitchForm, _switch),
}
"""What can be done on an officer's page: heading, form, operation; what it returns is shown once."""


COLUMNS: Columns = {"name": ("name",), "username": ("username",), "last": ("last_login",)}


def asked(given: QueryDict, day: date) -> tuple[Search, Any]:
    """The filter, and the officers that fit it on a day."""
    form = Search(given)
    form.full_clean()
    said = form.cleaned_data
    return form, queries.officers(search=said.get("search", "").strip(), role=said.get("role", ""), day=day)


def told_of(officer: Any, day: date, names: Mapping[str, str]) -> list[str]:
    """The roles that an officer holds on a day, each with its region by name."""
    return [_told(grant, names) for grant in officer.grants.all() if _holds(grant, day)]


@allow(Act.ADMINISTER_ACCESS)
def officers(request: OfficerRequest) -> HttpResponse:
    """All officers, with what they hold today."""
    day = timezone.localdate()
    form, found = asked(request.GET, day)
    page = page_of(request, found, COLUMNS, per_page=PER_PAGE)
    names = names_of(grant.region for each in page for grant in each.grants.all())
    rows = [(each, told_of(each, day, names)) for each in page]
    values = {"form": form, "page": page, "rows": rows, "formats": tuple(KINDS)}
    return render(request, "officer/officers/list.html", values)


@allow(Act.ADMINISTER_ACCESS)
def officer_add(request: OfficerRequest) -> HttpResponse:
    """A new account; its one-time password is shown once, on the answer to this form."""
    form = AddForm(request.POST or None)
    if form.is_valid():
        try:
            made, one_time = operations.add_officer(**form.cleaned_data, by=request.actor, at=timezone.now())
        except AccessError as error:
            blame(form, error)
        else:
            return _shown_once(request, made, one_time)
    return render(request, "officer/officers/add.html", {"form": form})


@allow(Act.ADMINISTER_ACCESS)
def officer(request: OfficerRequest, key: int) -> HttpResponse:
    """One officer: grants past, present and to come, and everything that can be done."""
    found = queries.officer_by_number(key)
    if found is None:
        raise Http404(gettext("There is no such officer."))
    forms_ = {name: _form(name, found, request) for name in _ACTS}
    name = request.POST.get("act", "")
    if request.method == "POST" and name in _ACTS and forms_[name].is_valid():
        try:
            one_time = _ACTS[name][2](request, found, forms_[name].cleaned_data)
        except AccessError as error:
            blame(forms_[name], error)
        else:
            if one_time:
                return _shown_once(request, found, one_time)
            messages.success(request, gettext("Done and recorded."))
            return HttpResponseRedirect(reverse("office:officer", args=[key]))
    cards = [(name, heading, forms_[name]) for name, (heading, _form_class, _perform) in _ACTS.items()]
    held, day = list(found.grants.all()), timezone.localdate()
    names = names_of(grant.region for grant in held)
    grants = [(_told(grant, names), grant, _holds(grant, day)) for grant in held]
    return render(request, "officer/officers/detail.html", {
        "officer": found, "cards": cards, "grants": grants, "signed_in": queries.signed_in(found, timezone.now()),
    })  # fmt: skip


def _shown_once(request: OfficerRequest, officer: Any, password: str) -> HttpResponse:
    """The one-time password, to be told; no other page ever shows it."""
    return render(request, "officer/officers/one_time.html", {"officer": officer, "password": password})


def _form(name: str, officer: Any, request: OfficerRequest) -> forms.Form:
    said = request.POST if request.method == "POST" and request.POST.get("act") == name else None
    form = _ACTS[name][1](said, prefix=name, initial={"name": officer.name})
    if "grant" in form.fields:
        day = timezone.localdate()
        held = [grant for grant in officer.grants.all() if grant.valid_to is None or grant.valid_to >= day]
        names = names_of(grant.region for grant in held)
        ends = [(str(grant.pk), _told(grant, names)) for grant in held]
        form.fields["grant"].choices = ends  # type: ignore[attr-defined]
    return form


def blame(form: forms.Form, error: AccessError) -> None:
    """Show a refusal beside the field that has to change."""
    form.add_error(error.field if error.field in form.fields else None, str(error))


def _holds(grant: Any, day: date) -> bool:
    return bool(grant.valid_from <= day and (grant.valid_to is None or grant.valid_to >= day))


def _told(grant: Any, names: Mapping[str, str]) -> str:
    """The role and, where it has one, its region by name. names: of all regions on the page."""
    role = str(ROLES[Role(grant.role)])
    return f"{role} · {names.get(grant.region, grant.region)}" if grant.region else role
