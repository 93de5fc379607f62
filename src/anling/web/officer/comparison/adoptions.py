"""A finished run is taken over: what that would do, the reason, and how far it is."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from anling.access.pages import OfficerRequest, allow
from anling.access.permissions import may
from anling.access.roles import Act
from anling.casework import adopting
from anling.casework import queries as cases
from anling.casework.errors import CaseError
from anling.comparison import queries
from anling.web.officer.words import case_words as words


class AdoptForm(forms.Form):
    """Why the run is taken over."""

    reason = forms.CharField(label=_("What for"), max_length=200, required=False)


@allow(Act.WORK_CASES)
def adopt(request: OfficerRequest, number: int) -> HttpResponse:
    """What taking a run over would do, by counts; the reason and the button."""
    run = _run(number)
    form = AdoptForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            adopting.ask_to_adopt(
                run=number, reason=form.cleaned_data["reason"], by=request.actor, at=timezone.now()
            )  # fmt: skip
        except CaseError as error:
            form.add_error(error.field if error.field in form.fields else None, str(error))
        else:
            return redirect("office:run", number)
    allowed = may(request.actor, Act.WORK_CASES, run.region)
    values = {"run": run, "form": form, "preview": cases.preview(run) if allowed else None, "allowed": allowed}
    return render(request, "officer/runs/adopt.html", {**values, **adoption_of(request, run)})


@allow(Act.LOOK, Act.SEE_FIGURES)
def adoption(request: OfficerRequest, number: int) -> HttpResponse:
    """How far taking a run over is, as its page asks every second; once it has ended the whole page comes anew."""
    run = _run(number)
    values = adoption_of(request, run)
    response = render(request, "officer/runs/adoption.html", {"run": run, **values})
    if not values["adopting"]:
        response["HX-Refresh"] = "true"
    return response


def adoption_of(request: OfficerRequest, run: Any) -> dict[str, Any]:
    """What the page of a run says of its being taken over."""
    found = cases.adoption_of(run.pk)
    adoptable = run.state == "done" and not run.looks_back and (found is None or found.state == "failed")
    return {
        "adoption": found,
        "adopting": found is not None and found.state in ("queued", "running"),
        "adoption_step": words.word(words.STEPS, found.label) if found else "",
        "may_adopt": adoptable and may(request.actor, Act.WORK_CASES, run.region),
    }


def _run(number: int) -> Any:
    found = queries.run_of(number)
    if found is None:
        raise Http404(gettext("There is no such run in your region."))
    return found
