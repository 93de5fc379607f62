"""Corrections of a person and of a benefit, with a reason. What is masked is not shown; left empty it stays."""

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
from anling.roster import correcting, queries
from anling.roster.correcting import Identity
from anling.roster.errors import CorrectionError, RosterError
from anling.roster.masking import masked

_SEXES = [(1, _("male")), (2, _("female")), (9, _("unknown"))]
_DOCUMENTS = [
    ("01", _("Resident identity card")), ("04", _("Hong Kong permit")), ("05", _("Macao permit")),
    ("06", _("Taiwan permit")), ("07", _("Permanent residence card")), ("08", _("Foreign passport")),
    ("16", _("Chinese passport")), ("17", _("Residence permit")), ("99", _("Other document")),
]  # fmt: skip
_HIDDEN = ("id_number", "phone", "address")
_KEPT = _("Left empty it stays %(shown)s.")


class PersonForm(forms.Form):
    """Who somebody is."""

    name = forms.CharField(label=_("Name"), max_length=50)
    id_type = forms.ChoiceField(label=_("Kind of document"), choices=_DOCUMENTS)
    id_number = forms.CharField(label=_("Identity number"), required=False, max_length=60)
    sex = forms.TypedChoiceField(label=_("Sex"), choices=_SEXES, coerce=int)
    birth_date = forms.DateField(
        label=_("Born"), required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    reason = forms.CharField(label=_("Reason"), help_text=_("On what paper the correction rests."), max_length=500)


class BenefitForm(forms.Form):
    """Where a benefit belongs."""

    region = forms.CharField(label=_("Paying region"), max_length=12)
    residence_region = forms.CharField(label=_("Region of residence"), required=False, max_length=12)
    unit = forms.CharField(label=_("Unit"), required=False, max_length=40)
    agency = forms.CharField(label=_("Agency"), required=False, max_length=40)
    phone = forms.CharField(label=_("Phone"), required=False, max_length=40)
    address = forms.CharField(label=_("Address"), required=False, max_length=200)
    reason = forms.CharField(label=_("Reason"), help_text=_("On what paper the correction rests."), max_length=500)


@allow(Act.CORRECT)
def person(request: OfficerRequest, key: int) -> HttpResponse:
    """Correct name, number, sex and birth date of a person."""
    found = queries.person(key)
    if found is None or found.merged_into_id:
        raise Http404
    form = _form(PersonForm, found, request)
    if request.method == "POST" and form.is_valid():
        said = {**form.cleaned_data, "id_number": form.cleaned_data["id_number"] or found.id_number}
        reason = said.pop("reason")
        try:
            correcting.correct_person(
                person=key, said=Identity(**said), reason=reason, by=request.actor, at=timezone.now()
            )
        except RosterError as error:
            _blame(form, error)
        else:
            return _done(request, key)
    return render(request, "officer/cleanup/correct.html", {"form": form, "person": found})


@allow(Act.CORRECT)
def benefit(request: OfficerRequest, key: int) -> HttpResponse:
    """Correct region, residence, unit, agency, phone and address of a benefit."""
    found = queries.benefit(key)
    if found is None:
        raise Http404
    form = _form(BenefitForm, found, request)
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        typed = {field: value for field, value in said.items() if field != "reason" and (value or field not in _HIDDEN)}
        try:
            correcting.correct_benefit(
                benefit=key, said=typed, reason=said["reason"], by=request.actor, at=timezone.now()
            )
        except RosterError as error:
            _blame(form, error)
        else:
            return _done(request, found.person_id)
    values = {"form": form, "person": found.person, "benefit": found}
    return render(request, "officer/cleanup/correct.html", values)


def _form(kind: type[forms.Form], found: Any, request: OfficerRequest) -> forms.Form:
    shown = {name: getattr(found, name) for name in kind.base_fields if name not in (*_HIDDEN, "reason")}
    form = kind(request.POST or None, initial=shown)
    for name in _HIDDEN:
        value = getattr(found, name, "")
        if name in form.fields and value:
            form.fields[name].help_text = _KEPT % {"shown": masked(name, value)}
    return form


def _blame(form: forms.Form, error: RosterError) -> None:
    """Each sentence beside its field; one that is about no field above the form."""
    fields = error.fields if isinstance(error, CorrectionError) else {}
    for name, sentence in fields.items():
        form.add_error(name if name in form.fields else None, sentence)
    if not fields:
        form.add_error(None, str(error))


def _done(request: OfficerRequest, person: int) -> HttpResponse:
    messages.success(request, gettext("Corrected and recorded."))
    if queries.person(person) is None:
        return redirect("office:people")
    return redirect("office:person", person)
