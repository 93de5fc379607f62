"""Whether the server works, for the machines that watch it."""

from __future__ import annotations

from django.db import Error, connection
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse

from anling.access.pages import open_to_all

_JOBS = "SELECT status::text, count(*) FROM procrastinate_jobs GROUP BY status ORDER BY status"


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
    """Jobs by state, in the text form that Prometheus reads; only for this machine itself."""
    if request.META.get("REMOTE_ADDR") not in ("127.0.0.1", "::1") or "HTTP_X_FORWARDED_FOR" in request.META:
        raise Http404
    with connection.cursor() as cursor:
        cursor.execute(_JOBS)
        lines = [f'anling_jobs{{status="{status}"}} {count}' for status, count in cursor.fetchall()]
    return HttpResponse("\n".join(["# TYPE anling_jobs gauge", *lines, ""]), content_type="text/plain; version=0.0.4")
