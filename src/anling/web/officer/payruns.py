"""Pay runs: ask for a draft, see who would stop and why others not, sign, approve, hand over, take the answer."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterable
from functools import partial
from typing import Any

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from anling.access.bodies import takes
from anling.access.pages import OfficerRequest, allow
from anling.access.permissions import may
from anling.access.roles import Act
from anling.audit.scope import current
from anling.payment import acknowledging, exporting, proposing, queries, running
from anling.payment.errors import PaymentError
from anling.rules.months import Month
from anling.web.officer.pay_words import ACTIONS, HOLDS, LINE_STATES, RUN_STATES, held_words
from anling.web.officer.spreadsheets import write_csv

ANSWER_BYTES = 50 * 1024 * 1024
"""Of an answer; a line for each of half a million benefits."""
LOOKING = (Act.LOOK, Act.SIGN_PAY, Act.APPROVE_PAY)


class AskForm(forms.Form):
    """Which month."""

    month = forms.ChoiceField(label=_("Pay month"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        this = Month.of_date(timezone.localdate())
        self.fields["month"].choices = [(str(each), str(each)) for each in (this, this + 1)]  # type: ignore[attr-defined]


class ActForm(forms.Form):
    """What every act on a run asks for: the run as it was seen, and a reason where one is needed."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    lines = forms.CharField(widget=forms.HiddenInput, required=False)
    reason = forms.CharField(label=_("Reason"), max_length=300, widget=forms.Textarea(attrs={"rows": 2}))
    sure = forms.BooleanField(label=_("I have looked at the totals above."))


class AnswerForm(forms.Form):
    """The pay system's answer."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    file = forms.FileField(label=_("Answer of the pay system (CSV)"))


class LinesFilter(forms.Form):
    """Which lines are shown."""

    action = forms.ChoiceField(label=_("Action"), required=False, choices=[("", _("Any")), *ACTIONS.items()])
    state = forms.ChoiceField(label=_("State"), required=False, choices=[("", _("Any")), *LINE_STATES.items()])
    hold = forms.ChoiceField(label=_("Held because"), required=False, choices=[("", _("Any")), *HOLDS.items()])
    unit = forms.CharField(label=_("Unit"), required=False, max_length=40)
    region = forms.RegexField(r"^[0-9]{0,12}$", label=_("Region"), required=False)


ACTS: dict[str, tuple[Any, tuple[str, ...], tuple[Act, ...], bool]] = {
    "sign": (_("Sign"), ("draft",), (Act.SIGN_PAY,), False),
    "approve": (_("Approve"), ("signed",), (Act.APPROVE_PAY,), False),
    "return": (_("Return to the clerk"), ("signed",), (Act.APPROVE_PAY,), True),
    "stop": (_("Emergency stop"), ("draft", "signed", "approved"), (Act.SIGN_PAY, Act.APPROVE_PAY), True),
    "export": (_("Hand over to the pay system"), ("approved",), (Act.SIGN_PAY, Act.APPROVE_PAY), False),
    "close": (_("Close"), ("acknowledged",), (Act.SIGN_PAY,), False),
    "drop": (_("Take out"), ("draft", "signed"), (Act.SIGN_PAY, Act.APPROVE_PAY), True),
    "put": (_("Put back"), ("draft",), (Act.SIGN_PAY,), True),
}
"""Act → its name, the states of a run in which it is possible, who may, and whether it asks for a reason."""
_DONE = {
    "sign": _("The run is signed; another officer approves it."),
    "approve": _("What you chose is approved."),
    "return": _("The run is a draft again."),
    "stop": _("The run is stopped; nothing of it takes effect."),
    "export": _("The run is handed over; its file is below."),
    "close": _("The run is closed."),
    "drop": _("The lines are taken out; these people are paid as before."),
    "put": _("The lines are in the run again."),
}


@allow(*LOOKING)
def payruns(request: OfficerRequest) -> HttpResponse:
    """All runs of the region, and the form that asks for a draft."""
    form = AskForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        month = Month.parse(form.cleaned_data["month"])
        try:
            made = proposing.ask(region=str(current()), month=month, by=request.actor, at=timezone.now())
        except PaymentError as error:
            form.add_error("month", str(error))
        else:
            return redirect("office:payrun", made.pk)
    page = Paginator(queries.runs(), queries.PER_PAGE).get_page(request.GET.get("page"))
    rows = [{"run": each, "state": RUN_STATES[each.state], **_sums(each.counts)} for each in page.object_list]
    values = {"form": form, "page": page, "rows": rows, "signs": may(request.actor, Act.SIGN_PAY, str(current()))}
    return render(request, "officer/payruns/list.html", values)


@allow(*LOOKING)
def payrun(request: OfficerRequest, key: int) -> HttpResponse:
    """One run: what it would do, who is held and why, and what can be done with it."""
    run = _found(key)
    values = {
        **_shown(request, run), "passed": queries.passed_meanwhile(key) if run.state != "draft" else 0,
        "answer": AnswerForm(initial={"version": run.version}),
        "mismatches": queries.mismatches().filter(run=key).count(),
    }  # fmt: skip
    return render(request, "officer/payruns/run.html", values)


@allow(*LOOKING)
def payrun_progress(request: OfficerRequest, key: int) -> HttpResponse:
    """Whether a draft has been made, as its page asks every second."""
    run = _found(key)
    response = render(request, "officer/payruns/progress.html", {"run": run})
    if run.content_hash or run.counts.get("error"):
        response["HX-Refresh"] = "true"
    return response


@allow(*LOOKING)
def payrun_lines(request: OfficerRequest, key: int) -> HttpResponse:
    """The lines of a run, filtered, to be looked through and chosen from."""
    run, form = _found(key), LinesFilter(request.GET)
    page = queries.page(queries.lines(_wanted(key, form)), request.GET.get("page"))
    values = {
        **_shown(request, run), "form": form, "page": page,
        "rows": [{"line": line, "action": ACTIONS[line.action], "state": LINE_STATES[line.state],
                  "holds": held_words(line.holds)} for line in page.object_list],
    }  # fmt: skip
    return render(request, "officer/payruns/lines.html", values)


@allow(*LOOKING)
def payrun_lines_export(request: OfficerRequest, key: int) -> HttpResponse:
    """The filtered lines as CSV, with masked people."""
    run, text = _found(key), io.BytesIO()
    found = queries.lines(_wanted(key, LinesFilter(request.GET)))
    header = ("benefit_no", "name", "region", "unit", "action", "state", "held because", "from", "to", "yuan")
    write_csv(text, header, (
        (line.benefit.benefit_no, line.person.name, line.region, line.unit, str(ACTIONS[line.action]),
         str(LINE_STATES[line.state]), "; ".join(held_words(line.holds)), line.from_month, line.to_month, line.amount)
        for line in found.iterator(5_000)
    ))  # fmt: skip
    running.note_lines_taken(run=run, content=text.getvalue(), by=request.actor, at=timezone.now())
    return _file(text.getvalue(), f"payrun-{key}-lines.csv", "text/csv; charset=utf-8")


@allow(*LOOKING)
def payrun_act(request: OfficerRequest, key: int, act: str) -> HttpResponse:
    """What an act would do, with totals; then the act. Money and stops are never one click."""
    run = _found(key)
    if act not in ACTS:
        raise Http404
    name, states, acts, needs_reason = ACTS[act]
    chosen = request.POST.getlist("line") or [each for each in request.POST.get("lines", "").split() if each]
    confirmed = (request.method == "POST" and "sure" in request.POST) or "confirm" in request.POST
    form = ActForm(request.POST if confirmed else None, initial={"version": run.version, "lines": " ".join(chosen)})
    if not needs_reason:
        del form.fields["reason"]
    if confirmed and form.is_valid():
        try:
            _do(act, run.pk, form.cleaned_data, chosen, request.actor)
        except PaymentError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, str(_DONE[act]))
            return redirect("office:payrun", key)
    values = {
        **_shown(request, run), "form": form, "act": act, "name": name, "possible": run.state in states,
        "allowed": any(may(request.actor, each, run.region) for each in acts), "chosen": len(chosen),
        "passed": queries.passed_meanwhile(key),
    }  # fmt: skip
    return render(request, "officer/payruns/act.html", values)


@allow(Act.SIGN_PAY)
@takes(ANSWER_BYTES)
@require_POST
def payrun_answer(request: OfficerRequest, key: int) -> HttpResponse:
    """Take the pay system's answer; a wrong file is answered on the page of the run."""
    run, form = _found(key), AnswerForm(request.POST, request.FILES)
    if form.is_valid():
        file = form.cleaned_data["file"]
        try:
            acknowledging.acknowledge(
                run=key, version=form.cleaned_data["version"], file_name=file.name, content=file.read(),
                by=request.actor, at=timezone.now(),
            )  # fmt: skip
        except PaymentError as error:
            form.add_error("file", str(error))
        else:
            messages.success(request, gettext("The answer is taken; what differs is listed."))
            return redirect("office:payrun", key)
    return render(request, "officer/payruns/run.html", {**_shown(request, run), "answer": form})


@allow(*LOOKING)
def payrun_file(request: OfficerRequest, key: int, kind: str) -> HttpResponse:
    """The control file of a run that was handed over: csv, xlsx, or its manifest."""
    run = _found(key)
    if not run.file_sha256 or kind not in ("csv", "xlsx", "json"):
        raise Http404
    made = exporting.control_file(run)
    exporting.note_taken(run=run, kind=kind, by=request.actor, at=timezone.now())
    if kind == "csv":
        return _file(made.content, made.name, "text/csv; charset=utf-8")
    if kind == "json":
        return _file(made.manifest, f"{made.name}.json", "application/json")
    book = io.BytesIO()
    exporting.workbook(run, book)
    name = made.name.replace(".csv", ".xlsx")
    return _file(book.getvalue(), name, "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")


def _do(act: str, run: int, said: dict[str, Any], chosen: Iterable[str], by: Any) -> None:
    at, version, names = timezone.now(), said["version"], list(chosen)
    lines = [int(each) for each in names if each.isdigit()]
    both = {"run": run, "version": version, "by": by, "at": at}
    verbs: dict[str, Callable[[], object]] = {
        "sign": partial(running.sign, **both),
        "approve": partial(running.approve, **both, lines=lines if names else None),
        "return": partial(running.return_, **both, reason=said.get("reason", "")),
        "stop": partial(running.stop, **both, reason=said.get("reason", "")),
        "export": partial(exporting.export, **both),
        "close": partial(acknowledging.close, **both),
        "drop": partial(running.drop_lines, **both, lines=lines, reason=said.get("reason", "")),
        "put": partial(running.put_lines, **both, lines=lines, reason=said.get("reason", "")),
    }
    verbs[act]()


def _shown(request: OfficerRequest, run: Any) -> dict[str, Any]:
    acts = [
        {"act": act, "name": name}
        for act, (name, states, needed, _needs) in ACTS.items()
        if run.state in states and act not in ("drop", "put")
        and any(may(request.actor, each, run.region) for each in needed)
    ]  # fmt: skip
    return {"run": run, "state": RUN_STATES[run.state], "acts": acts, **_sums(run.counts)}


def _sums(counts: dict[str, Any]) -> dict[str, Any]:
    """Lines of a run by action, and the held ones by every reason that holds them."""
    rows = counts.get("lines", [])
    going = [row for row in rows if row["state"] not in ("held", "dropped")]
    held: dict[str, int] = {}
    for row in rows:
        for hold in row["holds"].split() if row["state"] == "held" else ():
            held[hold] = held.get(hold, 0) + row["lines"]
    return {
        "going": [{"code": code, "name": name, "lines": sum(r["lines"] for r in going if r["action"] == code),
                   "amount": sum(float(r["amount"]) for r in going if r["action"] == code)}
                  for code, name in ACTIONS.items()],
        "held": [{"code": code, "name": HOLDS.get(code, code), "lines": lines} for code, lines in held.items()],
        "held_lines": sum(row["lines"] for row in rows if row["state"] == "held"),
        "dropped": sum(row["lines"] for row in rows if row["state"] == "dropped"),
    }  # fmt: skip


def _found(key: int) -> Any:
    run = queries.run(key)
    if run is None:
        raise Http404
    return run


def _wanted(key: int, form: LinesFilter) -> queries.Wanted:
    form.is_valid()
    return queries.Wanted(key, **{name: form.cleaned_data.get(name, "") for name in form.fields})


def _file(content: bytes, name: str, kind: str) -> HttpResponse:
    response = HttpResponse(content, content_type=kind)
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
