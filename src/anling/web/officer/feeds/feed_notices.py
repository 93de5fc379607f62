"""What closed cases say of a department's records: how often they were right, and the file that names wrong ones."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_POST

from anling.access.pages import OfficerRequest, allow, here_of
from anling.access.permissions import may, may_here
from anling.access.roles import Act
from anling.audit.scope import current
from anling.casework import queries, verdicts
from anling.casework.errors import CaseError
from anling.comparison.queries.decisions import policy_in_force


def told_of(request: OfficerRequest, feed: str) -> dict[str, Any]:
    """What the page of a feed says of its records; an officer without a region of people sees none."""
    if not any(may_here(request.actor, act, here_of(request)) for act in (Act.LOOK, Act.SEE_FIGURES)):
        return {"precision": None, "untold": 0, "notices": []}
    return {
        "precision": queries.precision().get(feed),
        "untold": queries.untold(feed),
        "notices": queries.notices(feed),
        "may_tell": may(request.actor, Act.WORK_CASES, str(current())),
    }


@allow(Act.WORK_CASES)
@require_POST
def feed_notice(request: OfficerRequest, code: str) -> HttpResponse:
    """The correction notice of a feed as CSV: a new one, or an earlier one by its name once more."""
    if code not in policy_in_force().catalogue(timezone.localdate()).feeds:
        raise Http404
    again = request.POST.get("again", "")[:80]
    try:
        made = verdicts.make_notice(feed=code, by=request.actor, at=timezone.now(), again=again)
    except CaseError as error:
        messages.error(request, str(error))
        return redirect("office:feed", code)
    return HttpResponse(
        made.content, content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{made.name}"', "Cache-Control": "no-store"},
    )  # fmt: skip
