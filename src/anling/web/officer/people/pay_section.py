"""The part of a person's page that tells the account of each benefit: months, sums, what happened, what can be done."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, cast

from django.http import HttpRequest
from django.utils import timezone

from anling.access.pages import OfficerRequest
from anling.access.permissions import may
from anling.payment import queries as pay
from anling.payment.accounts.carried import carried_from
from anling.payment.accounts.ledgers import Account, kept_of, no_amount, reckoned
from anling.payment.effects.earlier import unknown_since
from anling.payment.effects.reversing import ACTS
from anling.payment.runs.holding import not_lifted
from anling.payment.wording import ledger_refusal
from anling.web.officer.words.pay_words import RECOVERY_STATES, STANDINGS, fact_row

TEMPLATE = "officer/people/pay.html"
_SHOWN = 24


def pay_section(request: HttpRequest, person: Any) -> tuple[str, dict[str, Any]]:
    """The section of a person (roster.queries): its template and variables, within the scope of the request."""
    actor, benefits = cast("OfficerRequest", request).actor, list(person.benefits.all())
    keys = [each.pk for each in benefits]
    kept = kept_of(keys)
    holds: dict[int, list[Any]] = {}
    open_ = not_lifted(row for key in keys for row in kept[key])
    since = carried_from(open_)
    for hold in open_:
        told = {**fact_row(hold), "since": since.get((hold.benefit_id, hold.ref))}
        holds.setdefault(hold.benefit_id, []).append(told)
    owed: dict[int, list[Any]] = {}
    for each in pay.recoveries_of(keys):
        owed.setdefault(each.benefit_id, []).append({"it": each, "state": RECOVERY_STATES[each.state]})
    reverses = [any(may(actor, act, each.region) for act in ACTS) for each in benefits]
    unknown = unknown_since(benefits, kept) if any(reverses) else ()
    rows = [
        {"benefit": each, "holds": holds.get(each.pk, []), "recoveries": owed.get(each.pk, []),
         "unknown": each.pk in unknown, "reverses": may_reverse, **told}
        for each, may_reverse, told in zip(benefits, reverses, _accounts(benefits, kept), strict=True)
    ]  # fmt: skip
    return TEMPLATE, {"accounts": rows}


def _accounts(benefits: list[Any], kept: Mapping[int, Sequence[Any]]) -> list[dict[str, Any]]:
    """Each account, or why it cannot be reckoned; that keeps none of the others back."""
    known = [each for each in benefits if each.monthly_amount is not None]
    found, contradicted = reckoned(known, at=timezone.now(), kept=kept)
    return [
        _told(found[each.pk]) if each.pk in found
        else {"error": ledger_refusal(contradicted[each.pk]) if each.pk in contradicted else no_amount(each)}
        for each in benefits
    ]  # fmt: skip


def _told(account: Account) -> dict[str, Any]:
    rows = [{"it": row, "standing": STANDINGS[row.standing.value]} for row in reversed(account.ledger.rows[-_SHOWN:])]
    return {
        "rows": rows, "earlier": max(len(account.ledger.rows) - _SHOWN, 0), "totals": account.ledger.totals,
        "facts": [fact_row(row) for row in account.kept], "through": account.paid_through,
    }  # fmt: skip
