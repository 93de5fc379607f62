"""The part of a person's page that tells the account of each benefit: months, sums, what happened, what can be done."""

from __future__ import annotations

from datetime import datetime
from typing import Any, cast

from django.http import HttpRequest
from django.utils import timezone

from anling.access.pages import OfficerRequest
from anling.access.permissions import may
from anling.payment import queries as pay
from anling.payment.accounts.carried import carried_from
from anling.payment.accounts.ledgers import Account, account_of, accounts_of
from anling.payment.effects.earlier import unknown_since
from anling.payment.effects.reversing import ACTS
from anling.payment.errors import PaymentError
from anling.payment.runs.holding import open_holds_all
from anling.payment.wording import ledger_refusal
from anling.rules.ledger import LedgerError
from anling.web.officer.payment.pay_words import RECOVERY_STATES, STANDINGS, fact_row

TEMPLATE = "officer/people/pay.html"
_SHOWN = 24


def pay_section(request: HttpRequest, person: Any) -> tuple[str, dict[str, Any]]:
    """The section of a person (roster.queries): its template and variables, within the scope of the request."""
    actor, benefits = cast("OfficerRequest", request).actor, list(person.benefits.all())
    keys = [each.pk for each in benefits]
    holds: dict[int, list[Any]] = {}
    open_ = open_holds_all(keys)
    since = carried_from(open_)
    for hold in open_:
        told = {**fact_row(hold), "since": since.get((hold.benefit_id, hold.ref))}
        holds.setdefault(hold.benefit_id, []).append(told)
    owed: dict[int, list[Any]] = {}
    for each in pay.recoveries_of(keys):
        owed.setdefault(each.benefit_id, []).append({"it": each, "state": RECOVERY_STATES[each.state]})
    unknown = unknown_since(benefits) if any(may(actor, act, each.region) for act in ACTS for each in benefits) else ()
    rows = [
        {"benefit": each, "holds": holds.get(each.pk, []), "recoveries": owed.get(each.pk, []),
         "unknown": each.pk in unknown, "reverses": any(may(actor, act, each.region) for act in ACTS), **told}
        for each, told in zip(benefits, _accounts(benefits), strict=True)
    ]  # fmt: skip
    return TEMPLATE, {"accounts": rows}


def _accounts(benefits: list[Any]) -> list[dict[str, Any]]:
    """All at once; where one cannot be reckoned each is asked for alone, so that the others are told."""
    now = timezone.now()
    try:
        found = accounts_of(benefits, at=now)
    except (PaymentError, LedgerError):
        return [_alone(each, now) for each in benefits]
    return [_told(found[each.pk]) for each in benefits]


def _alone(benefit: Any, now: datetime) -> dict[str, Any]:
    try:
        return _told(account_of(benefit, at=now))
    except LedgerError as error:
        return {"error": ledger_refusal(error)}
    except PaymentError as error:
        return {"error": str(error)}


def _told(account: Account) -> dict[str, Any]:
    rows = [{"it": row, "standing": STANDINGS[row.standing.value]} for row in reversed(account.ledger.rows[-_SHOWN:])]
    return {
        "rows": rows, "earlier": max(len(account.ledger.rows) - _SHOWN, 0), "totals": account.ledger.totals,
        "facts": [fact_row(row) for row in account.kept], "through": account.paid_through,
    }  # fmt: skip
