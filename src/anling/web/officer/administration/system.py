"""The background work of this installation, and what it is and how it stands (platform.md, system administrator)."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Count
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.module_loading import import_string
from django.utils.translation import get_language, gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST
from procrastinate.contrib.django.models import ProcrastinateEvent, ProcrastinateJob, ProcrastinateWorker

from anling.access.errors import AccessError, NotThereError
from anling.access.jobs import ENDED_BADLY, queue_again
from anling.access.pages import OfficerRequest, allow
from anling.access.roles import Act
from anling.audit.kinds import Kind
from anling.audit.queries import newest_of

STATES: dict[str, str | Promise] = {
    "todo": _("waiting"),
    "doing": _("in work"),
    "failed": _("failed"),
    "aborted": _("given up"),
    "cancelled": _("called off"),
    "succeeded": _("done"),
}
_WAITING = ("todo", "doing", "failed")
SIGNS: dict[str, tuple[str, str | Promise]] = {
    "ok": ("green", _("in order")),
    "note": ("yellow", pgettext_lazy("self-test", "note")),
    "wrong": ("red", pgettext_lazy("self-test", "wrong")),
}
"""How an item of the self-test stands: colour and word."""
_SILENT = timedelta(seconds=30)
_PER_PAGE = 50


@allow(Act.ADMINISTER_SYSTEM)
def system(request: OfficerRequest) -> HttpResponse:
    """Jobs by state and one by one, newest first; workers that are alive. Arguments are not shown: they name people."""
    state = request.GET.get("state", "")
    jobs = ProcrastinateJob.objects.order_by("-id").values("id", "task_name", "status", "attempts", "scheduled_at")
    if state in STATES:
        jobs = jobs.filter(status=state)
    counts = dict(ProcrastinateJob.objects.values_list("status").annotate(Count("id")))
    page = Paginator(jobs, _PER_PAGE).get_page(request.GET.get("page"))
    variables: dict[str, Any] = {
        "page": page,
        "jobs": [_shown(job) for job in _with_times(list(page))],
        "states": [{"name": name, "title": title, "count": counts.get(name, 0)} for name, title in STATES.items()],
        "state": state if state in STATES else "",
        "workers": ProcrastinateWorker.objects.filter(last_heartbeat__gte=timezone.now() - _SILENT).count(),
    }
    return render(request, "officer/system/jobs.html", variables)


@allow(Act.ADMINISTER_SYSTEM)
def settings_page(request: OfficerRequest) -> HttpResponse:
    """What this installation is and how it stands, read anew each time: never a secret, and nothing of people."""
    told = import_string(settings.INSTALLATION)()
    in_chinese = (get_language() or "").startswith("zh")
    queues = ProcrastinateJob.objects.filter(status__in=_WAITING).values_list("queue_name", "status")
    counted: dict[str, dict[str, int]] = {}
    for queue, status, count in queues.annotate(Count("id")).order_by("queue_name"):
        counted.setdefault(queue, {})[status] = count
    return render(request, "officer/system/settings.html", {
        "told": told, "backups": newest_of(Kind.BACKUP_MADE, size=5),
        "items": [(item, SIGNS[item.state], item.zh if in_chinese else item.en) for item in told.diagnosis],
        "queues": [(name, [counts.get(state, 0) for state in _WAITING]) for name, counts in counted.items()],
        "workers": ProcrastinateWorker.objects.order_by("-last_heartbeat"), "now": timezone.now(),
    })  # fmt: skip


@allow(Act.ADMINISTER_SYSTEM)
@require_POST
def job_again(request: OfficerRequest, number: int) -> HttpResponse:
    """Queue a job once more that ended badly; every job may run twice and ends the same."""
    try:
        queued = queue_again(job=number, by=request.actor, at=timezone.now())
    except NotThereError as error:
        raise Http404(str(error)) from error
    except AccessError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, gettext("The job is queued again, as number %s.") % queued)
    return HttpResponseRedirect(reverse("office:system"))


def _with_times(jobs: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Each job with the time of its last event; two queries for the whole page."""
    events = ProcrastinateEvent.objects.filter(job_id__in=[job["id"] for job in jobs]).order_by("id")
    last = dict(events.values_list("job_id", "at"))
    return [{**job, "at": last.get(job["id"])} for job in jobs]


def _shown(job: dict[str, Any]) -> dict[str, Any]:
    return {**job, "state": STATES.get(job["status"], job["status"]), "again": job["status"] in ENDED_BADLY}
