"""Recoveries: the list, one with its plan and entries, and what officers do with it; and differences to be settled."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from anling.access.pages import OfficerRequest, allow
from anling.access.permissions import may
from anling.access.roles import Act
from anling.payment import queries
from anling.payment.debts import recovering
from anling.payment.debts.recovering import Plan
from anling.payment.errors import PaymentError
from anling.rules.ledger import LedgerError
from anling.rules.money import ZERO
from anling.rules.months import Month
from anling.rules.numbers import shown
from anling.web.officer.behind import people_behind
from anling.web.officer.spreadsheets import formats_for, taken_out
from anling.web.officer.tables import Columns, page_of
from anling.web.officer.words.pay_words import OFFSETS, RECOVERY_KINDS, RECOVERY_STATES, fact_row

LOOKING = (Act.LOOK, Act.SIGN_PAY, Act.APPROVE_PAY)
_REASON = {"widget": forms.Textarea(attrs={"rows": 3}), "max_length": 500, "label": _("Reason")}


class RecoveryFilter(forms.Form):
    """Which recoveries."""

    state = forms.ChoiceField(
        label=_("State"), required=False,
        choices=[("", _("Any")), *((word, name) for word, (name, _colour) in RECOVERY_STATES.items())],
    )  # fmt: skip
    kind = forms.ChoiceField(label=_("Kind"), required=False, choices=[("", _("Any")), *RECOVERY_KINDS.items()])

    def asked(self) -> dict[str, str]:
        """State and kind, '' for any; what is wrong does not filter, and says so beside itself."""
        self.is_valid()
        return {name: self.cleaned_data.get(name, "") for name in self.fields}


class SureForm(forms.Form):
    """What every act asks for: the recovery as it was seen."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    sure = forms.BooleanField(label=_("I have looked at the sums above."))
    field_order: Any = None


class OrderForm(SureForm):
    """The plan."""

    months = forms.IntegerField(label=_("Instalments (1: one sum)"), min_value=1, initial=1)
    first = forms.RegexField(r"^\d{4}-(0[1-9]|1[0-2])$", label=_("First instalment (yyyy-MM)"), required=False)
    offset = forms.ChoiceField(label=_("Keep back"), choices=list(OFFSETS.items()), required=False)
    payer = forms.TypedChoiceField(label=_("From the pay of"), coerce=int, empty_value=None, required=False)
    field_order = ("version", "months", "first", "offset", "payer", "sure")


class MoneyForm(SureForm):
    """Money that moved."""

    amount = forms.DecimalField(label=_("Yuan"), max_digits=14, decimal_places=2)
    day = forms.DateField(label=_("Day"), widget=forms.DateInput(attrs={"type": "date"}))
    receipt = forms.CharField(label=_("Number of the slip"), max_length=60)
    field_order = ("version", "amount", "day", "receipt", "sure")


class WaiverForm(SureForm):
    """What is not to be recovered, and why."""

    amount = forms.DecimalField(label=_("Yuan"), max_digits=14, decimal_places=2)
    reason = forms.CharField(**_REASON)  # type: ignore[arg-type]
    field_order = ("version", "amount", "reason", "sure")


class ReasonForm(SureForm):
    """Why."""

    reason = forms.CharField(**_REASON)  # type: ignore[arg-type]
    field_order = ("version", "reason", "sure")


_LIVE = ("open", "ordered", "agreed")
ACTS: dict[str, tuple[Any, tuple[str, ...], Act, type[SureForm]]] = {
    "order": (_("Propose the order"), _LIVE, Act.SIGN_PAY, OrderForm),
    "approve": (_("Approve the order"), ("open",), Act.APPROVE_PAY, SureForm),
    "receive": (_("Record money that came in"), ("ordered", "agreed"), Act.SIGN_PAY, MoneyForm),
    "waive": (_("Ask for a waiver"), _LIVE, Act.SIGN_PAY, WaiverForm),
    "approve-waiver": (_("Approve the waiver"), _LIVE, Act.APPROVE_PAY, SureForm),
    "give-back": (_("Record money given back"), ("cancelled", "settled"), Act.APPROVE_PAY, MoneyForm),
    "fraud": (_("Say that it was fraud"), _LIVE, Act.CHARGE_FRAUD, ReasonForm),
}
"""Act → its name, the states in which it is possible, who may, and what it asks for."""


COLUMNS: Columns = {
    "kind": ("kind",), "state": ("state",), "months": ("from_month", "to_month"), "overpaid": ("overpaid",),
    "order": ("order_no",),
}  # fmt: skip


@people_behind(*LOOKING)
def recoveries(request: OfficerRequest) -> HttpResponse:
    """All recoveries of the region."""
    form = RecoveryFilter(request.GET)
    found = queries.recoveries(**form.asked())
    page = page_of(request, found, COLUMNS, per_page=queries.PER_PAGE)
    rows = [{"it": each, "state": RECOVERY_STATES[each.state], "kind": RECOVERY_KINDS[each.kind]} for each in page]
    values = {"form": form, "page": page, "rows": rows, "formats": formats_for(request)}
    return render(request, "officer/recoveries/list.html", values)


@allow(Act.EXPORT_LISTS)
@require_POST
def export(request: OfficerRequest) -> HttpResponseBase:
    """The recoveries of the filter as CSV or XLSX; recorded."""
    asked = RecoveryFilter(request.POST).asked()
    header = ("benefit_no", "name", "region", "kind", "state", "from", "to", "overpaid", "order")
    return taken_out(request, "recoveries", asked, header, (
        (shown(each.benefit.benefit_no), each.person.name, each.region, str(RECOVERY_KINDS[each.kind]),
         str(RECOVERY_STATES[each.state][0]), each.from_month, each.to_month, each.overpaid, each.order_no)
        for each in queries.recoveries(**asked).iterator(5_000)
    ))  # fmt: skip


@people_behind(*LOOKING, one=True)
def recovery(request: OfficerRequest, key: int) -> HttpResponse:
    """One recovery: sums, plan, entries, and what can be done with it."""
    return render(request, "officer/recoveries/recovery.html", _shown(request, _found(key)))


@people_behind(*LOOKING, one=True)
def letter(request: OfficerRequest, key: int) -> HttpResponse:
    """The order as a letter to print; there is one once it is approved."""
    found = _found(key)
    if not found.order_no or found.state not in ("ordered", "agreed", "settled"):
        raise Http404(gettext("The order has not been approved."))
    return render(request, "officer/recoveries/letter.html", {**_shown(request, found), "today": timezone.localdate()})


@allow(Act.SIGN_PAY, Act.APPROVE_PAY, Act.CHARGE_FRAUD)
def act(request: OfficerRequest, key: int, act: str) -> HttpResponse:
    """What an act is about, with sums; then the act."""
    found = _found(key)
    if act not in ACTS:
        raise Http404
    name, states, needed, made = ACTS[act]
    form, status = made(request.POST or None, initial={"version": found.version}), 200
    if isinstance(form, OrderForm):
        form.fields["payer"].choices = [("", _("the benefit that was overpaid")), *_payers(found)]  # type: ignore[attr-defined]
    if request.method == "POST" and form.is_valid():
        try:
            _do(act, key, form.cleaned_data, request.actor)
        except PaymentError as error:
            form.add_error(error.field if error.field in form.fields else None, str(error))
            status = 422
        else:
            messages.success(request, gettext("Done; it stands below."))
            return redirect("office:recovery", key)
    values = {
        **_shown(request, found), "form": form, "act": act, "name": name, "possible": found.state in states,
        "allowed": may(request.actor, needed, found.region),
    }  # fmt: skip
    return render(request, "officer/recoveries/act.html", values, status=status)


def _found(key: int) -> Any:
    found = queries.recovery(key)
    if found is None:
        raise Http404(gettext("There is no such recovery in your region."))
    return found


def _shown(request: OfficerRequest, found: Any) -> dict[str, Any]:
    try:
        totals = recovering.totals(found, at=timezone.now())
    except (PaymentError, LedgerError):
        totals = None
    acts = [
        {"act": act, "name": name}
        for act, (name, states, needed, _form) in ACTS.items()
        if found.state in states and may(request.actor, needed, found.region) and _sensible(act, found, totals)
    ]
    return {
        "recovery": found, "state": RECOVERY_STATES[found.state], "kind": RECOVERY_KINDS[found.kind], "acts": acts,
        "totals": totals, "offset": OFFSETS[found.offset], "entries": [fact_row(row) for row in queries.entries(found)],
    }  # fmt: skip


def _sensible(act: str, found: Any, totals: Any) -> bool:
    if act == "approve":
        return bool(found.proposer)
    if act == "approve-waiver":
        return found.waiver_amount is not None
    return bool(totals and totals.to_return) if act == "give-back" else True


def _do(act: str, key: int, said: dict[str, Any], by: Any) -> None:
    both: dict[str, Any] = {"recovery": key, "version": said["version"], "by": by, "at": timezone.now()}
    money: dict[str, Any] = {name: said.get(name) for name in ("amount", "day", "receipt")}
    verbs: dict[str, Callable[[], object]] = {
        "order": lambda: recovering.order(plan=_plan(said), **both),
        "approve": partial(recovering.approve_order, **both),
        "receive": partial(recovering.receive, **both, **money),
        "waive": partial(recovering.ask_waiver, **both, amount=said.get("amount", ZERO), reason=said.get("reason", "")),
        "approve-waiver": partial(recovering.approve_waiver, **both),
        "give-back": partial(recovering.give_back, **both, **money),
        "fraud": partial(recovering.charge_fraud, **both, reason=said.get("reason", "")),
    }
    verbs[act]()


def _payers(found: Any) -> list[tuple[int, str]]:
    """The other benefits in pay of the same person."""
    return [(each.pk, each.benefit_no) for each in recovering.payers(found) if each.pk != found.benefit_id]


def _plan(said: dict[str, Any]) -> Plan:
    first = Month.parse(said["first"]) if said["first"] else None
    return Plan(said["months"], first, said["offset"], said["payer"])
