"""The part of a person's page that tells the account of each benefit: months, sums, what happened, what can be done."""

from __future__ import annotations

from typing import Any, cast

from django.http import HttpRequest
from django.utils import timezone

from anling.access.pages import OfficerRequest
from anling.access.permissions import may
from anling.payment import queries as pay
from anling.payment.errors import PaymentError
from anling.payment.holding import open_holds_all
from anling.payment.ledgers import account_of
from anling.payment.reversing import ACTS
from anling.roster import queries
from anling.rules.ledger import LedgerError
from anling.web.officer.pay_words import RECOVERY_STATES, STANDINGS, fact_row

TEMPLATE = "officer/people/pay.html"
_SHOWN = 24


def pay_section(request: HttpRequest, person_id: int) -> tuple[str, dict[str, Any]]:
    """The template of the section and its variables, within the scope of the request."""
    found, actor = queries.person(person_id), cast("OfficerRequest", request).actor
    benefits = list(found.benefits.all()) if found else []
    keys = [each.pk for each in benefits]
    holds: dict[int, list[Any]] = {}
    for hold in open_holds_all(keys):
        holds.setdefault(hold.benefit_id, []).append(fact_row(hold))
    owed: dict[int, list[Any]] = {}
    for each in pay.recoveries_of(keys):
        owed.setdefault(each.benefit_id, []).append({"it": each, "state": RECOVERY_STATES[each.state]})
    rows = [
        {"benefit": each, "holds": holds.get(each.pk, []), "recoveries": owed.get(each.pk, []),
         "reverses": any(may(actor, act, each.region) for act in ACTS), **_account(each)}
        for each in benefits
    ]  # fmt: skip
    return TEMPLATE, {"accounts": rows}


def _account(benefit: Any) -> dict[str, Any]:
    try:
        account = account_of(benefit, at=timezone.now())
    except (PaymentError, LedgerError) as error:
        return {"error": str(error)}
    rows = [{"it": row, "standing": STANDINGS[row.standing.value]} for row in reversed(account.ledger.rows[-_SHOWN:])]
    return {
        "rows": rows, "earlier": max(len(account.ledger.rows) - _SHOWN, 0), "totals": account.ledger.totals,
        "facts": [fact_row(row) for row in account.kept], "through": account.paid_through,
    }  # fmt: skip
