"""Findings that wait for a second officer, and what that officer decides."""

from __future__ import annotations

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.http import require_POST

from anling.access.pages import OfficerRequest, allow
from anling.access.permissions import may
from anling.access.roles import Act
from anling.audit.scope import current
from anling.casework import findings as operations
from anling.casework import queries
from anling.comparison.queries.regions import region_names
from anling.web.officer.case_acts import done
from anling.web.officer.case_forms import DecideForm
from anling.web.officer.cases import LOOKING, finding_row, row


@allow(*LOOKING)
def findings(request: OfficerRequest) -> HttpResponse:
    """The findings that wait, the oldest first; one's own are shown, for another to decide."""
    page = queries.pending(request.GET.get("page"))
    today, names = timezone.localdate(), region_names({each.region for each in page.object_list})
    rows = [
        {**finding_row(each), "case": row(each.case, today, names), "own": each.doer == request.actor.key}
        for each in page.object_list
    ]
    approves = may(request.actor, Act.APPROVE_FINDINGS, str(current()))
    return render(request, "officer/cases/findings.html", {"page": page, "rows": rows, "approves": approves})


@allow(Act.APPROVE_FINDINGS)
@require_POST
def decide(request: OfficerRequest, key: int) -> HttpResponse:
    """Approve a finding, or return it with a note."""
    found = queries.finding(key)
    if found is None:
        raise Http404(gettext("There is no such finding in your region."))
    form = DecideForm(request.POST, auto_id="decide_%s")
    note, approved = request.POST.get("note", "")[:500], request.POST.get("decision") == "approve"
    act = operations.approve_finding if approved else operations.return_finding
    said = gettext("Approved: the case is closed.") if approved else gettext("The case goes back with your note.")
    return done(
        request, found.case_id, lambda: act(finding=key, note=note, by=request.actor, at=timezone.now()), said,
        decide=form,
    )  # fmt: skip
