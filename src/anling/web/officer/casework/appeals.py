"""Appeals: the list, taking one in, and deciding it."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from anling.access.pages import OfficerRequest, allow
from anling.access.permissions import may
from anling.access.roles import Act
from anling.casework import queries
from anling.casework.appeals import Contested
from anling.casework.errors import CaseError
from anling.payment.effects import appealing
from anling.payment.errors import PaymentError
from anling.roster import queries as roster
from anling.territory.queries import names_of
from anling.web.officer.casework.case_forms import AnswerForm, AppealForm
from anling.web.officer.casework.cases import LOOKING, finding_row
from anling.web.officer.spreadsheets import formats_for
from anling.web.officer.tables import Columns, page_of
from anling.web.officer.words import case_words as words
from anling.web.officer.words.pay_words import FACTS, REASONS


class AppealFilter(forms.Form):
    """Which appeals are asked for."""

    state = forms.ChoiceField(label=_("State"), required=False, choices=[("", _("All")), *words.APPEAL_STATES.items()])
    text = forms.CharField(label=_("Reference"), required=False, max_length=20)


COLUMNS: Columns = {"reference": ("reference",), "way": ("way",), "at": ("at",), "state": ("state",)}


def asked(given: QueryDict) -> tuple[AppealFilter, Any]:
    """The filter, and the appeals that fit it."""
    form = AppealFilter(given)
    form.is_valid()
    said = form.cleaned_data
    return form, queries.appeals(state=said.get("state", ""), text=said.get("text", ""))


@allow(*LOOKING)
def appeals(request: OfficerRequest) -> HttpResponse:
    """Appeals, the newest first, in one state or by their reference."""
    form, found = asked(request.GET)
    page = page_of(request, found, COLUMNS)
    values = {"form": form, "page": page, "rows": [_row(each) for each in page], "formats": formats_for(request)}
    return render(request, "officer/appeals/list.html", values)


@allow(Act.WORK_CASES)
def receive(request: OfficerRequest, person: int) -> HttpResponse:
    """Take an appeal of a person in."""
    found = roster.person(person)
    if found is None:
        raise Http404
    regions = sorted({each.region for each in found.benefits.all()})
    region = request.POST.get("region", "") if len(regions) > 1 else (regions or [""])[0]
    holds = [(hold.ref, _hold(hold)) for hold in appealing.contestable(person)]
    form = AppealForm(request.POST or None, holds=holds)
    if request.method == "POST" and form.is_valid():
        try:
            if region not in regions:
                raise CaseError(gettext("Choose the paying region that it is about."))
            made = appealing.receive_appeal(
                person=person, region=region, contested=Contested(**form.cleaned_data), by=request.actor,
                at=timezone.now(),
            )  # fmt: skip
        except (CaseError, PaymentError) as error:
            form.add_error(error.field if error.field in form.fields else None, str(error))
        else:
            said = gettext("The appeal is taken in; tell the person its reference: %(code)s.")
            messages.success(request, said % {"code": made.reference})
            return redirect("office:appeal", made.pk)
    values = {"form": form, "person": found, "regions": regions, "names": names_of(regions)}
    return render(request, "officer/appeals/receive.html", values)


@allow(*LOOKING)
def appeal(request: OfficerRequest, key: int) -> HttpResponse:
    """One appeal: what is contested, what was found, and the decision."""
    found = queries.appeal(key)
    if found is None:
        raise Http404(gettext("There is no such appeal in your region."))
    form, status = AnswerForm(request.POST or None), 200
    if request.method == "POST" and form.is_valid():
        try:
            appealing.decide_appeal(
                appeal=key, upheld=form.cleaned_data["upheld"] == "yes", answer=form.cleaned_data["answer"],
                by=request.actor, at=timezone.now(),
            )  # fmt: skip
        except (CaseError, PaymentError) as error:
            form.add_error(error.field if error.field in form.fields else None, str(error))
            status = 422
        else:
            messages.success(request, gettext("The appeal is decided."))
            return redirect("office:appeal", key)
    values = {**_row(found), "form": form, "decides": may(request.actor, Act.APPROVE_FINDINGS, found.region)}
    hold = appealing.contested_by(found)
    values["hold"] = _hold(hold) if hold else ""
    values["before"] = [_row(each) for each in queries.answered_before(found)]
    values["contested"] = finding_row(found.contested) if found.contested else None
    return render(request, "officer/appeals/appeal.html", values, status=status)


def _hold(hold: Any) -> str:
    """A stop or end in words: what it is, why, since when."""
    said = {
        "what": words.word(FACTS, hold.what),
        "why": words.word(REASONS, hold.reason),
        "month": f"{hold.month:%Y-%m}",
    }
    return gettext("%(what)s from %(month)s: %(why)s") % said


def _row(each: Any) -> dict[str, Any]:
    return {
        "appeal": each,
        "way": words.word(words.WAYS_OF_APPEAL, each.way),
        "state": words.word(words.APPEAL_STATES, each.state),
    }
