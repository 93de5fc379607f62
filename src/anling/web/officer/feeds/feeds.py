"""Deliveries of other departments: the catalogue with its health, each feed, each batch with what was set aside."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from django.core.paginator import Paginator
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, QueryDict
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from anling.access.pages import OfficerRequest, allow
from anling.access.permissions import permits_for
from anling.access.roles import Act
from anling.casework import queries as cases
from anling.feeds import queries, set_aside
from anling.feeds.errors import FeedsError
from anling.feeds.tasks import rooms
from anling.matching.health import Health
from anling.policy.catalogue import CodeMeaning, Feed
from anling.web.officer.feeds.feed_notices import told_of
from anling.web.officer.spreadsheets import formats_for
from anling.web.officer.tables import sorted_rows
from anling.web.officer.words import feed_words as words

PAGE = 25
OPEN = ("received", "checking")
SOURCES = {"required": _("Required"), "usual_delay": _("Usual delay"), "expected": _("Rows expected")}
"""What of a feed has a source of its own."""


KEYS: Mapping[str, Callable[[dict[str, Any]], Any]] = {
    "feed": lambda row: row["code"],
    "health": lambda row: (
        [[*Health].index(state) for state in row["health"].source.states if state is not Health.HEALTHY],
        row["health"].faulty,
    ),
    "rows": lambda row: row["health"].source.rows,
    "expected": lambda row: row["health"].source.expected,
    "quarantine": lambda row: row["error_percent"],
    "right": lambda row: row["precision"].percent if row["precision"] else None,
    "delay": lambda row: row["entry"].usual_delay_days,
    "last": lambda row: row["health"].source.covered_to,
}


def listed(asked: QueryDict, on: date) -> list[dict[str, Any]]:
    """The feeds of the catalogue with their health on a day, in the order that is asked for."""
    policy, right = rooms().policy, cases.precision()
    found = queries.health(
        catalogue=policy.catalogue(on), rule=policy.health_rule(on), recipients=queries.recipients(), on=on
    )
    rows = [{**_feed_row(each), "precision": right.get(each.feed.code)} for each in found]
    return sorted_rows(asked, rows, KEYS)


@allow(Act.LOOK, Act.IMPORT, Act.SEE_FIGURES)
def catalogue(request: OfficerRequest) -> HttpResponse:
    """Which department sends what, and whether it did."""
    on = timezone.localdate()
    rows = listed(request.GET, on)
    return render(
        request,
        "officer/feeds/catalogue.html",
        {
            "feeds": rows,
            "on": on,
            "healthy": sum(not _ails(each["health"]) for each in rows),
            "blind": [each["label"] for each in rows if each["health"].source.blinds],
            "may_import": _may_import(request),
            "formats": formats_for(request),
        },
    )


@allow(Act.LOOK, Act.IMPORT, Act.SEE_FIGURES)
def feed(request: OfficerRequest, code: str) -> HttpResponse:
    """One feed: what it is worth, what came month by month, its deliveries."""
    on, policy = timezone.localdate(), rooms().policy
    entry, rule, recipients = _entry(code, on), policy.health_rule(on), queries.recipients()
    state = request.GET.get("state", "")
    listed = queries.batches(feed=code, state=state if state in words.STATES else "")
    found = queries.health(catalogue=policy.catalogue(on), rule=rule, recipients=recipients, on=on)
    cells = queries.grid(feed=entry, rule=rule, recipients=recipients, on=on)
    return render(
        request,
        "officer/feeds/feed.html",
        {
            "feed": next(_feed_row(each) for each in found if each.feed.code == code),
            "faulty_percent": rule.faulty_over * 100,
            "source": words.source(entry.source),
            "sources": {SOURCES[name]: words.source(text) for name, text in entry.sources.items()},
            "months": [{"cell": cell, "light": words.HEALTH[cell.state] if cell.state else None} for cell in cells],
            "page": Paginator(listed, PAGE).get_page(request.GET.get("page")),
            "states": [(key, light.word) for key, light in words.STATES.items()],
            "state": state,
            "lights": words.STATES,
            "may_import": _may_import(request),
            **told_of(request, code),
        },
    )


@allow(Act.LOOK, Act.IMPORT, Act.SEE_FIGURES)
def batch(request: OfficerRequest, key: int) -> HttpResponse:
    """One delivery: its facts, its quarantine by reason, and what came under its name before and after."""
    found = _batch(key)
    return render(
        request,
        "officer/feeds/batch.html",
        {
            "batch": found,
            "light": words.STATES[found.state],
            "way": words.WAYS[found.way],
            "open": found.state in OPEN,
            "groups": [_group_row(each) for each in set_aside.groups(found, rooms())],
            "feed": _feed_name(found),
            "history": [{"batch": each, "light": words.STATES[each.state]} for each in queries.history(found)],
            "may_act": bool(permits_for(request.actor, Act.IMPORT, found.responsible)),
            "may_correct": found.state == "ready",
        },
    )


@allow(Act.LOOK, Act.IMPORT, Act.SEE_FIGURES)
def batch_progress(request: OfficerRequest, key: int) -> HttpResponse:
    """How far a delivery is; once it is settled the whole page comes anew."""
    found = _batch(key)
    shown = {"batch": found, "light": words.STATES[found.state], "open": found.state in OPEN}
    response = render(request, "officer/feeds/progress.html", shown)
    if found.state not in OPEN:
        response["HX-Refresh"] = "true"
    return response


@require_POST
@allow(Act.IMPORT)
def batch_quarantine(request: OfficerRequest, key: int) -> HttpResponseBase:
    """The rows that were set aside, as they came, to be put right; the trail tells who took them."""
    found = _batch(key)
    form = "xlsx" if request.POST.get("form") == "xlsx" else "csv"
    try:
        file = set_aside.export(batch=found, form=form, rooms=rooms(), by=request.actor, at=timezone.now())
    except FeedsError as error:
        return render(request, "officer/feeds/refused.html", {"batch": found, "sentence": str(error)}, status=422)
    name, headers = f"{key}-quarantine.{form}", {"Cache-Control": "no-store"}
    return FileResponse(file.file, as_attachment=True, filename=name, content_type=file.content_type, headers=headers)


def _feed_row(health: queries.FeedHealth) -> dict[str, Any]:
    entry = health.feed
    return {
        "health": health,
        "code": entry.code,
        "label": words.label(entry),
        "department": words.department(entry),
        "entry": entry,
        "codes": [_code_row(meaning) for meaning in entry.codes.values()],
        "lights": words.lights(health),
        "error_percent": None if health.error_rate is None else health.error_rate * 100,
    }


def _code_row(meaning: CodeMeaning) -> dict[str, Any]:
    return {
        "meaning": meaning,
        "label": words.label(meaning),
        "proves": words.proves(meaning),
        "faked_by": words.faked_by(meaning),
        "source": words.source(meaning.source),
    }


def _group_row(group: set_aside.ReasonGroup) -> dict[str, Any]:
    sample = [(row, row_id, words.rejected(group.reason, message)) for row, row_id, message in group.sample]
    column = words.COLUMNS.get(group.column, group.column)
    return {
        "reason": words.rejection(group.reason), "code": group.reason, "column": column, "rows": group.rows,
        "sample": sample,
    }  # fmt: skip


def _feed_name(found: Any) -> str:
    """What the feed of a delivery is called; its code where the catalogue has no such feed."""
    entry = rooms().policy.catalogue(timezone.localdate()).feeds.get(found.feed)
    return words.label(entry) if entry else found.feed


def _ails(health: queries.FeedHealth) -> bool:
    return any(light.colour != "green" for light in words.lights(health))


def _entry(code: str, on: date) -> Feed:
    try:
        return rooms().policy.catalogue(on).feeds[code]
    except KeyError:
        raise Http404 from None


def _batch(key: int) -> Any:
    try:
        return queries.batch(key)
    except FeedsError:
        raise Http404 from None


def _may_import(request: HttpRequest) -> bool:
    return bool(permits_for(request.actor, Act.IMPORT))  # type: ignore[attr-defined]
