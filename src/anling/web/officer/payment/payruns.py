"""Pay runs: ask for a draft, see what it would do, sign, approve, hand over, take the answer."""

from __future__ import annotations

import io
import tempfile
from collections.abc import Callable, Iterable
from functools import partial
from typing import Any, BinaryIO

from django import forms
from django.contrib import messages
from django.http import FileResponse, Http404, HttpResponse, HttpResponseBase
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
from anling.payment import queries
from anling.payment.errors import PaymentError
from anling.payment.runs import acknowledging, exporting, proposing, running
from anling.rules.months import Month
from anling.territory.queries import names_of
from anling.web.officer.payment.pay_sums import sources_of, sums
from anling.web.officer.spreadsheets import formats_for
from anling.web.officer.tables import Columns, page_of
from anling.web.officer.words.pay_words import RUN_STATES

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
FILE_KINDS = (("csv", "CSV"), ("xlsx", "XLSX"), ("json", _("Manifest with totals")))
"""What of a run that was handed over can be taken out, and its name."""
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


RUN_COLUMNS: Columns = {
    "month": ("month",), "region": ("region",), "state": ("state",), "drafted": ("proposed_at",),
    "signed": ("signer_label",), "approved": ("approver_label",),
}  # fmt: skip


@allow(*LOOKING, Act.SEE_FIGURES)
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
    page = page_of(request, queries.runs(), RUN_COLUMNS, per_page=queries.PER_PAGE)
    rows = [{"run": each, "state": RUN_STATES[each.state], **sums(each.counts)} for each in page.object_list]
    regions = names_of(each.region for each in page.object_list)
    values = {
        "form": form,
        "page": page,
        "rows": rows,
        "regions": regions,
        "signs": may(request.actor, Act.SIGN_PAY, str(current())),
        "formats": formats_for(request),
    }
    return render(request, "officer/payruns/list.html", values)


@allow(*LOOKING, Act.SEE_FIGURES)
def payrun(request: OfficerRequest, key: int) -> HttpResponse:
    """One run: what it would do, who is held and why, and what can be done with it."""
    run = found_run(key)
    values = {
        **values_of(request, run), "passed": queries.passed_meanwhile(key) if run.state != "draft" else 0,
        "answer": AnswerForm(initial={"version": run.version}),
        "mismatches": queries.mismatches().filter(run=key).count(),
    }  # fmt: skip
    return render(request, "officer/payruns/run.html", values)


@allow(*LOOKING, Act.SEE_FIGURES)
def payrun_progress(request: OfficerRequest, key: int) -> HttpResponse:
    """Whether a draft has been made, as its page asks every second."""
    run = found_run(key)
    response = render(request, "officer/payruns/progress.html", {"run": run})
    if run.content_hash or run.counts.get("error"):
        response["HX-Refresh"] = "true"
    return response


@allow(Act.SIGN_PAY, Act.APPROVE_PAY)
def payrun_act(request: OfficerRequest, key: int, act: str) -> HttpResponse:
    """What an act would do, with totals; then the act. Money and stops are never one click."""
    run = found_run(key)
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
        **values_of(request, run), "form": form, "act": act, "name": name, "possible": run.state in states,
        "allowed": any(may(request.actor, each, run.region) for each in acts), "chosen": len(chosen),
        "passed": queries.passed_meanwhile(key),
    }  # fmt: skip
    return render(request, "officer/payruns/act.html", values)


@allow(Act.SIGN_PAY)
@takes(ANSWER_BYTES)
@require_POST
def payrun_answer(request: OfficerRequest, key: int) -> HttpResponse:
    """Take the pay system's answer; a wrong file is answered on the page of the run."""
    run, form = found_run(key), AnswerForm(request.POST, request.FILES)
    if form.is_valid():
        file = form.cleaned_data["file"]
        try:
            acknowledging.acknowledge(
                run=key, version=form.cleaned_data["version"], file_name=file.name, file=file.file,
                by=request.actor, at=timezone.now(),
            )  # fmt: skip
        except PaymentError as error:
            form.add_error("file", str(error))
        else:
            messages.success(request, gettext("The answer is taken; what differs is listed."))
            return redirect("office:payrun", key)
    return render(request, "officer/payruns/run.html", {**values_of(request, run), "answer": form})


@allow(Act.SIGN_PAY, Act.APPROVE_PAY)
@require_POST
def payrun_file(request: OfficerRequest, key: int, kind: str) -> HttpResponseBase:
    """The control file of a run that was handed over: csv, xlsx, or its manifest."""
    run = found_run(key)
    if not run.file_sha256 or kind not in _CONTROL:
        raise Http404
    exporting.note_taken(run=run, kind=kind, by=request.actor, at=timezone.now())
    name = exporting.file_name(run)
    name = {"json": f"{name}.json", "xlsx": name.replace(".csv", ".xlsx")}.get(kind, name)
    return _file(_CONTROL[kind](run), name, _KINDS[kind])


def _workbook(run: Any) -> BinaryIO:
    file = tempfile.TemporaryFile()  # noqa: SIM115  # the response closes it
    exporting.workbook(run, file)
    file.seek(0)
    return file


_CONTROL: dict[str, Callable[[Any], BinaryIO]] = {
    "csv": lambda run: exporting.control_file(run).file,
    "xlsx": _workbook,
    "json": lambda run: io.BytesIO(exporting.manifest(run, run.file_sha256)),
}
_KINDS = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "json": "application/json",
}


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


def may_do(request: OfficerRequest, run: Any, act: str) -> bool:
    """Whether this officer can do one of the ACTS with a run as it is."""
    _name, states, needed, _needs = ACTS[act]
    return run.state in states and any(may(request.actor, each, run.region) for each in needed)


def values_of(request: OfficerRequest, run: Any) -> dict[str, Any]:
    """What every page of a run shows: its state and sums, and what this officer can do with it now."""
    acts = [
        {"act": act, "name": name}
        for act, (name, *_rest) in ACTS.items()
        if act not in ("drop", "put") and may_do(request, run, act)
    ]
    return {
        "run": run, "state": RUN_STATES[run.state], "acts": acts, "file_kinds": FILE_KINDS,
        "takes_file": any(may(request.actor, act, run.region) for act in (Act.SIGN_PAY, Act.APPROVE_PAY)),
        **sums(run.counts), "sources": sources_of(run.counts),
    }  # fmt: skip


def found_run(key: int) -> Any:
    """The run of a number. Raises Http404 where the region sees none."""
    run = queries.run(key)
    if run is None:
        raise Http404
    return run


def _file(file: BinaryIO, name: str, kind: str) -> FileResponse:
    return FileResponse(file, as_attachment=True, filename=name, content_type=kind)
