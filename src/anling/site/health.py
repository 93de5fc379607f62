"""Whether the server works, for the machines that watch it."""

from __future__ import annotations

import sys

from django.db import Error, connection
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.template import loader
from django.views.defaults import server_error

from anling.access.pages import open_to_all
from anling.audit.lost import database_lost
from anling.audit.sealing import broken

_JOBS = "SELECT status::text, count(*) FROM procrastinate_jobs GROUP BY status ORDER BY status"

AGAIN_IN = 5
"""Seconds after which a request is worth another try; a server that died is back by then (postgres.watchdog)."""


def failed(request: HttpRequest) -> HttpResponse:
    """The page for a request that failed: 503 where the database did not answer, 500 for any other fault."""
    if not database_lost(sys.exception()):
        return server_error(request)
    page = loader.get_template("503.html").render()  # without the request: who asks stands in the database, too
    return HttpResponse(page, status=503, headers={"Retry-After": str(AGAIN_IN), "Cache-Control": "no-store"})


@open_to_all
def healthz(request: HttpRequest) -> JsonResponse:
    """200 while the database answers, 503 otherwise; says nothing else to strangers."""
    del request
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except Error:
        return JsonResponse({"status": "no database"}, status=503)
    return JsonResponse({"status": "ok"})


@open_to_all
def metrics(request: HttpRequest) -> HttpResponse:
    """Jobs by state and whether the trail is broken, in Prometheus' text form; only for this machine itself."""
    if request.META.get("REMOTE_ADDR") not in ("127.0.0.1", "::1") or "HTTP_X_FORWARDED_FOR" in request.META:
        raise Http404
    with connection.cursor() as cursor:
        cursor.execute(_JOBS)
        jobs = [f'anling_jobs{{status="{status}"}} {count}' for status, count in cursor.fetchall()]
    trail = ["# TYPE anling_trail_broken gauge", f"anling_trail_broken {int(bool(broken()))}"]
    lines = ["# TYPE anling_jobs gauge", *jobs, *trail, ""]
    return HttpResponse("\n".join(lines), content_type="text/plain; version=0.0.4")
