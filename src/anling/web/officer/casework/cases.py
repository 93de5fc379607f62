"""The work list of cases, and one case: beside the list or as a page of its own."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext, ngettext
from django.views.decorators.http import require_POST

from anling.access.pages import OfficerRequest, allow
from anling.access.permissions import may
from anling.access.roles import Act
from anling.audit.errors import NoScopeError
from anling.audit.scope import current
from anling.audit.values import Actor
from anling.casework import operations, queries
from anling.casework.errors import CaseError
from anling.comparison.queries.regions import region_names
from anling.feeds.tasks import rooms
from anling.payment.effects import settling
from anling.rules import numbers
from anling.rules.evidence import Sign
from anling.web.labels import SCHEMES, SIGNS
from anling.web.officer.casework.case_forms import (
    AttemptForm,
    CaseFilter,
    DecideForm,
    DocumentForm,
    FindingForm,
    GiveForm,
)
from anling.web.officer.comparison.decision_section import decided_row
from anling.web.officer.home import ASKED, Waiting
from anling.web.officer.words import case_words as words
from anling.web.officer.words.feed_words import label
from anling.web.officer.words.pay_words import EVENTS
from anling.web.officer.words.wording import reason_names

LOOKING = (Act.WORK_CASES, Act.APPROVE_FINDINGS)
_KEPT = ("state", "kind", "reason", "region", "unit", "assignee", "due_by", "overdue", "sort")


def _asked(actor: Actor) -> list[Waiting]:
    """Cases that wait for the officer, on their first screen; who works under no region has none."""
    try:
        region = str(current())
    except NoScopeError:
        return []
    if not any(may(actor, act, region) for act in LOOKING):
        return []
    found = queries.waiting(reader=actor.key, today=timezone.localdate())
    cases, approve = reverse("office:cases"), reverse("office:findings")
    rows: list[tuple[Act, str, int, str]] = [
        (Act.WORK_CASES, gettext("Your cases that are overdue"), found.overdue, f"{cases}?assignee=me&overdue=on"),
        (Act.WORK_CASES, gettext("Cases in your hands"), found.mine, f"{cases}?assignee=me"),
        (Act.APPROVE_FINDINGS, gettext("Findings to approve"), found.findings, approve),
        (Act.APPROVE_FINDINGS, gettext("Appeals to decide"), found.appeals, f"{reverse('office:appeals')}?state=open"),
        (Act.WORK_CASES, gettext("Cases that nobody has taken"), found.nobodys, f"{cases}?assignee=nobody"),
    ]
    return [Waiting(title, count, url) for act, title, count, url in rows if count and may(actor, act, region)]


ASKED.append(_asked)


@allow(*LOOKING)
def cases(request: OfficerRequest) -> HttpResponse:
    """The work list; a case that is open beside it stands in the address."""
    return _list(request)


def _list(request: OfficerRequest, error: str = "", status: int = 200) -> HttpResponse:
    today = timezone.localdate()
    workers = queries.workers(str(current()), today)
    form = CaseFilter(request.GET, workers)
    wanted = form.wanted()
    page = queries.page(wanted, today=today, reader=request.actor.key, number=request.GET.get("page"))
    names = region_names({case.region for case in page.object_list})
    opened = request.GET.get("open", "")
    beside = queries.case(int(opened)) if opened.isascii() and opened.isdigit() and len(opened) < 18 else None
    variables: dict[str, Any] = {
        "form": form,
        "page": page,
        "rows": [row(case, today, names) for case in page.object_list],
        "tabs": _tabs(request),
        "kept": {name: value for name in _KEPT if (value := request.GET.get(name))},
        "works": may(request.actor, Act.WORK_CASES, str(current())),
        "exports": may(request.actor, Act.EXPORT_LISTS, str(current())),
        "give": GiveForm(workers=[("", gettext("Choose …")), *workers], auto_id="many_%s"),
        "error": error,
        "beside": shown(request, beside) if beside else None,
    }
    return render(request, "officer/cases/list.html", variables, status=status)


def _tabs(request: OfficerRequest) -> list[dict[str, Any]]:
    found = queries.waiting(reader=request.actor.key, today=timezone.localdate())
    here = {name: request.GET.get(name, "") for name in ("assignee", "overdue")}
    tabs = (
        (gettext("My cases"), found.mine, {"assignee": "me", "overdue": ""}),
        (gettext("Overdue"), found.overdue, {"assignee": "me", "overdue": "on"}),
        (gettext("Nobody's"), found.nobodys, {"assignee": "nobody", "overdue": ""}),
        (gettext("My region"), None, {"assignee": "", "overdue": ""}),
    )
    return [
        {"title": title, "count": count, "here": asked == here,
         "url": f"?{urlencode({name: value for name, value in asked.items() if value})}"}
        for title, count, asked in tabs
    ]  # fmt: skip


def row(case: Any, today: Any, names: dict[str, str]) -> dict[str, Any]:
    """A case as a line of a list shows it."""
    return {
        "it": case,
        "kind": words.word(words.KINDS, case.kind),
        "state": words.word(words.STATES, case.state),
        "colour": words.COLOURS[case.state],
        "outcome": words.word(words.OUTCOMES, case.outcome) if case.outcome else "",
        "reasons": reason_names(case.reasons.split()),
        "region": names.get(case.region, case.region),
        "overdue": case.due < today and case.state != "closed",
    }


@allow(Act.WORK_CASES)
@require_POST
def assign_many(request: OfficerRequest) -> HttpResponse:
    """Give the chosen cases, or all of the filter, to an officer."""
    workers = queries.workers(str(current()), timezone.localdate())
    wanted = CaseFilter(request.POST, workers).wanted()
    keys = None if request.POST.get("all") else chosen_keys(request)
    try:
        if keys == []:
            raise CaseError(gettext("Choose cases in the list, or all of the filter."))
        given = operations.assign_many(
            wanted=wanted, keys=keys, to=request.POST.get("to", ""), note=request.POST.get("note", "")[:300],
            by=request.actor, at=timezone.now(),
        )  # fmt: skip
    except CaseError as error:
        messages.error(request, str(error))
    else:
        said = ngettext("%(count)s case has a new officer.", "%(count)s cases have a new officer.", given)
        messages.success(request, said % {"count": given})
    kept = {name: value for name in _KEPT if (value := request.POST.get(name))}
    return HttpResponseRedirect(f"{reverse('office:cases')}?{urlencode(kept)}")


def chosen_keys(request: HttpRequest) -> list[int]:
    """The cases that were ticked in the list."""
    return [int(key) for key in request.POST.getlist("case") if key.isascii() and key.isdigit() and len(key) < 18]


@allow(*LOOKING)
def case(request: OfficerRequest, key: int) -> HttpResponse:
    """One case as a page."""
    return page_of(request, found_case(key))


@allow(*LOOKING)
def beside(request: OfficerRequest, key: int) -> HttpResponse:
    """One case as it opens beside the list."""
    back = request.headers.get("HX-Current-URL", "")
    return render(request, "officer/cases/body.html", {**shown(request, found_case(key)), "back": _path(back, key)})


def _path(url: str, key: int) -> str:
    """The address of the list with this case open, as forms beside it come back to it."""
    query = url.partition("?")[2] if "/office/cases?" in url else ""
    kept = [each for each in query.split("&") if each and not each.startswith("open=")]
    return f"{reverse('office:cases')}?{'&'.join([*kept, f'open={key}'])}"


def found_case(key: int) -> Any:
    """The case, or an answer 404."""
    found = queries.case(key)
    if found is None:
        raise Http404(gettext("There is no such case in your region."))
    return found


def page_of(
    request: OfficerRequest, found: Any, *, error: str = "", status: int = 200, **kept: forms.Form
) -> HttpResponse:  # fmt: skip
    """The page of a case. kept: forms that could not be carried out, as they were typed."""
    variables = {**shown(request, found, **kept), "error": error}
    return render(request, "officer/cases/case.html", variables, status=status)


def shown(request: OfficerRequest, found: Any, **kept: forms.Form) -> dict[str, Any]:
    """What the template of a case needs."""
    today, actor = timezone.localdate(), request.actor
    whole = queries.whole(found)
    works = may(actor, Act.WORK_CASES, found.region)
    free = found.state in ("open", "in_work", "returned")
    mine = found.assignee == actor.key
    pending = whole.pending
    variables: dict[str, Any] = {
        "whole": whole,
        "case": found,
        "row": row(found, today, region_names({found.region})),
        "decided": [decided_row(each) for each in whole.decided],
        "records": [_record(each) for each in whole.records],
        "attempts": [
            {"it": each, "way": words.word(words.WAYS_OF_ATTEMPT, each.way),
             "result": words.word(words.RESULTS, each.result)} for each in whole.attempts
        ],
        "findings": [finding_row(each) for each in whole.findings if each != pending],
        "appeals": [
            {"it": each, "state": words.word(words.APPEAL_STATES, each.state)} for each in whole.appeals
        ],
        "events": [{"it": each, "said": words.happened(each.what, each.details)} for each in whole.events],
        "may_take": works and free and not found.assignee,
        "may_begin": works and found.state == "open" and mine,
        "may_release": works and free and mine,
        "works": works and free,
        "finds": works and free and (mine or not found.assignee),
        "pending": finding_row(pending) if pending else None,
        "decides": pending and pending.doer != actor.key and may(actor, Act.APPROVE_FINDINGS, found.region),
        "give": kept.get("give") or GiveForm(workers=queries.workers(found.region, today), auto_id="give_%s"),
        "attempt": kept.get("attempt") or AttemptForm.fresh(timezone.now()),
        "document": kept.get("document") or DocumentForm(auto_id="document_%s"),
        "finding": kept.get("finding") or FindingForm(benefits=benefit_choices(whole), auto_id="finding_%s"),
        "decide": kept.get("decide") or DecideForm(auto_id="decide_%s"),
        "verdicts": words.VERDICTS.items(),
    }  # fmt: skip
    return variables


def benefit_choices(whole: Any) -> list[tuple[str, str]]:
    """The benefits of a case, to choose from."""
    mine = [each for each in whole.benefits if each.pk in whole.case.benefits]
    return [(str(each.pk), f"{words.word(SCHEMES, each.scheme)} · {numbers.shown(each.benefit_no)}") for each in mine]


def finding_row(each: Any) -> dict[str, Any]:
    """A finding in words."""
    return {
        "it": each,
        "lifts": each.outcome == "alive" and settling.liftable(each.pk),
        "outcome": words.word(words.OUTCOMES, each.outcome),
        "event": words.word(EVENTS, each.event) if each.event else "",
        "state": words.word(words.FINDING_STATES, each.state),
        "way": words.word(words.WAYS_OF_PASS, each.way) if each.way else "",
        "loss": each.outcome in queries.LOSSES,
        "verdicts": [
            {
                "place": f"{_feed_name(feed)} · {batch} · {numbers.shown(row_id)}",
                "said": words.word(words.VERDICTS, verdict),
            }
            for feed, batch, row_id, verdict in each.verdicts
        ],
    }


def _feed_name(code: str) -> str:
    """What a feed is called today; its code where the catalogue has none of that name any more."""
    entry = rooms().policy.catalogue(timezone.localdate()).feeds.get(code)
    return label(entry) if entry else code


def _record(each: Any) -> dict[str, Any]:
    return {
        "it": each,
        "sign": str(SIGNS.get(Sign(each.sign), each.sign)),
        "name": f"{each.feed}/{each.batch}/{numbers.shown(each.row_id)}",
    }
