"""What an officer does with a case; each act comes back to where the case was open, or shows it with what was typed."""

from __future__ import annotations

from collections.abc import Callable

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext
from django.views.decorators.http import require_POST

from anling.access.pages import OfficerRequest, allow
from anling.access.roles import Act
from anling.casework import findings, operations, queries
from anling.casework.errors import CaseError, TakenError
from anling.casework.findings import Found
from anling.casework.operations import Tried
from anling.roster import queries as roster
from anling.web.officer.casework.case_forms import AttemptForm, FindingForm, GiveForm, ReportForm
from anling.web.officer.casework.cases import benefit_choices, found_case, page_of
from anling.web.officer.words import case_words as words


def back_to(request: OfficerRequest, key: int) -> HttpResponseRedirect:
    """To the list with the case beside it, if it was open there, or to its page."""
    asked = request.POST.get("next", "")
    safe = asked.startswith("/office/cases") and url_has_allowed_host_and_scheme(asked, allowed_hosts=None)
    return HttpResponseRedirect(asked if safe else reverse("office:case", args=[key]))


def done(
    request: OfficerRequest, key: int, act: Callable[[], object], said: str, **kept: forms.Form
) -> HttpResponse:  # fmt: skip
    """Do it, say so and go back; what is refused is shown on the page of the case, with the form as it was typed."""
    try:
        act()
    except CaseError as error:
        for form in kept.values():
            form.is_valid()
            if error.field in form.fields:
                form.add_error(error.field, str(error))
        said_why, status = str(error), 422
        if isinstance(error, TakenError):
            status = 409
            said_why += f" ({words.happened(error.what, error.details)})" if error.what else ""
        return page_of(request, found_case(key), error=said_why, status=status, **kept)
    messages.success(request, said)
    return back_to(request, key)


def version_of(request: OfficerRequest) -> int:
    """The version that the officer saw; nought, which no case has, where the form does not say."""
    version = request.POST.get("version", "")
    return int(version) if version.isascii() and version.isdigit() and len(version) < 9 else 0


@allow(Act.WORK_CASES)
@require_POST
def take(request: OfficerRequest, key: int) -> HttpResponse:
    """Begin to work on a case."""
    found_case(key)

    def act() -> object:
        return operations.take(case=key, version=version_of(request), by=request.actor, at=timezone.now())

    return done(request, key, act, gettext("The case is in your hands."))


@allow(Act.WORK_CASES)
@require_POST
def release(request: OfficerRequest, key: int) -> HttpResponse:
    """Give a case back."""
    found_case(key)
    note = request.POST.get("note", "")[:300]

    def act() -> object:
        return operations.release(
            case=key, version=version_of(request), note=note, by=request.actor, at=timezone.now()
        )  # fmt: skip

    return done(request, key, act, gettext("The case is nobody's again; what was done stays."))


@allow(Act.WORK_CASES)
@require_POST
def assign(request: OfficerRequest, key: int) -> HttpResponse:
    """Give a case to another officer."""
    case = found_case(key)
    form = GiveForm(request.POST, workers=queries.workers(case.region, timezone.localdate()), auto_id="give_%s")
    to, note = request.POST.get("to", ""), request.POST.get("note", "")[:300]

    def act() -> object:
        return operations.assign(
            case=key, version=version_of(request), to=to, note=note, by=request.actor, at=timezone.now()
        )  # fmt: skip

    return done(request, key, act, gettext("The case has a new officer."), give=form)


@allow(Act.WORK_CASES)
@require_POST
def attempt(request: OfficerRequest, key: int) -> HttpResponse:
    """Note a contact attempt."""
    case = found_case(key)
    form = AttemptForm(request.POST, auto_id="attempt_%s")
    if not form.is_valid():
        return page_of(request, case, error=gettext("The attempt lacks something; see the form."), attempt=form)
    given = form.cleaned_data
    tried = Tried(given["way"], given["result"], given["at"], given["note"])

    def act() -> object:
        return operations.record_attempt(
            person=case.person_id, region=case.region, tried=tried, by=request.actor, at=timezone.now(), case=key
        )

    return done(request, key, act, gettext("The attempt is on record."), attempt=form)


@allow(Act.WORK_CASES)
@require_POST
def find(request: OfficerRequest, key: int) -> HttpResponse:
    """Say what was found."""
    case = found_case(key)
    form = FindingForm(request.POST, benefits=benefit_choices(queries.whole(case)), auto_id="finding_%s")
    if not form.is_valid():
        return page_of(request, case, error=gettext("The finding lacks something; see the form."), finding=form)
    given = form.cleaned_data
    verdicts = {
        tuple(name.removeprefix("record:").split("/", 2)): value.removeprefix("nothing")
        for name, value in request.POST.items()
        if name.startswith("record:") and name.count("/") == 2 and isinstance(value, str) and value
    }
    found = Found(
        given["outcome"], given["note"], given["day"], given["until"], given["way"],
        tuple(int(each) for each in given.get("benefits") or ()), verdicts, given["event"],  # type: ignore[arg-type]
    )  # fmt: skip

    def act() -> object:
        return findings.find(
            case=key, version=version_of(request), found=found, by=request.actor, at=timezone.now()
        )  # fmt: skip

    loss = found.outcome in queries.LOSSES
    said = gettext("A second officer has to approve the finding.") if loss else gettext("The case is closed.")
    return done(request, key, act, said, finding=form)


@allow(Act.WORK_CASES)
def report(request: OfficerRequest, person: int) -> HttpResponse:
    """Open a case for something that was reported of a person."""
    found = roster.person(person)
    if found is None:
        raise Http404
    regions = sorted({each.region for each in found.benefits.all()})
    form = ReportForm(request.POST or None, regions=[(code, code) for code in regions])
    if request.method == "POST" and form.is_valid():
        try:
            made = operations.open_case(person=person, by=request.actor, at=timezone.now(), **form.cleaned_data)
        except CaseError as error:
            form.add_error(error.field if error.field in form.fields else None, str(error))
        else:
            messages.success(request, gettext("The case is open."))
            return HttpResponseRedirect(reverse("office:case", args=[made.pk]))
    return render(request, "officer/cases/report.html", {"form": form, "person": found})
