"""The account of a benefit: what is kept of its pay, turned into the facts of rules.ledger and reckoned there.

Pay is made every month while nothing says otherwise. What is kept is what departs from that: a stop or end, what lifted
it, arrears, recoveries, and single months of which the pay system told something else. Which months it in fact paid is
read from the lines that it carried out (payment.accounts.carried).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db.models import Exists, OuterRef
from django.utils import timezone
from django.utils.translation import gettext

from anling.audit import scope
from anling.audit.values import Actor
from anling.payment.accounts.carried import HANDED_OVER, Gap, gaps_of
from anling.payment.errors import PaymentError
from anling.payment.models import PayFact, PayRun
from anling.roster.models import Benefit, Change
from anling.rules import ledger as rules
from anling.rules.events import EventKind
from anling.rules.ledger import Fact, Ledger, LedgerError, PaidBenefit
from anling.rules.money import ZERO, MonthAmount
from anling.rules.months import Month

What = PayFact.What


@dataclass(frozen=True, slots=True)
class Account:
    """A benefit's ledger and what it was reckoned from. paid_through: last month of which pay has been made."""

    benefit: Benefit
    kept: tuple[PayFact, ...]
    paid_through: Month
    ledger: Ledger


def account_of(benefit: Benefit, *, at: datetime) -> Account:
    """The account of one benefit as it stands. Raises PaymentError where no amount is known, LedgerError."""
    return accounts_of([benefit], at=at)[benefit.pk]


def accounts_of(
    benefits: Sequence[Benefit],
    *,
    at: datetime,
    supposed: Mapping[int, Sequence[Fact]] | None = None,
    through: Month | None = None,
) -> Mapping[int, Account]:
    """Benefit → account, in a number of queries that does not depend on how many there are; raises as `account_of`.

    supposed: facts that are not kept yet, by benefit, to see what they would come to. through: the last month to
    reckon, where a run that is on its way will pay it although it has not been handed over.
    """
    found, contradicted = reckoned(benefits, at=at, supposed=supposed, through=through)
    for error in contradicted.values():
        raise error
    return found


def reckoned(
    benefits: Sequence[Benefit],
    *,
    at: datetime,
    supposed: Mapping[int, Sequence[Fact]] | None = None,
    through: Month | None = None,
    kept: Mapping[int, Sequence[PayFact]] | None = None,
) -> tuple[Mapping[int, Account], Mapping[int, LedgerError]]:
    """As `accounts_of`; what contradicts itself stands beside the accounts and stops none of the others.

    kept: what `kept_of` has found, where it has been asked already.
    """
    scope.current()
    keys = [benefit.pk for benefit in benefits]
    kept = kept_of(keys) if kept is None else kept
    steps, gaps = _steps(keys), gaps_of(keys)
    paid = paid_through({benefit.region for benefit in benefits}, at)
    found, contradicted = {}, {}
    for benefit in benefits:
        key, last = benefit.pk, max(paid[benefit.region], through or paid[benefit.region])
        facts = (supposed or {}).get(key, ())
        try:
            found[key] = _account(
                benefit, tuple(kept[key]), steps.get(key, []), gaps.get(key, ()), last, facts
            )  # fmt: skip
        except LedgerError as error:
            contradicted[key] = error
    return found, contradicted


def kept_of(benefits: Sequence[int]) -> Mapping[int, list[PayFact]]:
    """Benefit → everything that is kept of its pay, oldest first."""
    scope.current()
    kept: dict[int, list[PayFact]] = {key: [] for key in benefits}
    for row in PayFact.objects.filter(benefit__in=benefits).order_by("id"):
        kept[row.benefit_id].append(row)
    return kept


def paid_through(regions: set[str], at: datetime) -> Mapping[str, Month]:
    """Region → the last month of which pay has been made: this month once its run has been handed over."""
    this = Month.of_date(timezone.localdate(at))
    runs = PayRun.objects.filter(month=this.first_day, state__in=HANDED_OVER).values_list("region", flat=True)
    handed_over = tuple(runs)
    return {region: this if region.startswith(handed_over) else this - 1 for region in regions}


def _account(
    benefit: Benefit, kept: tuple[PayFact, ...], steps: list[Change], gaps: tuple[Gap, ...], through: Month,
    supposed: Sequence[Fact],
) -> Account:  # fmt: skip
    facts = [*(_fact(row) for row in kept), *supposed]
    begun = [each.from_month for each in supposed if isinstance(each, rules.Stop | rules.End)]
    first = min((*(_month(row.month) for row in kept if row.month), *begun), default=through)
    began = _month(benefit.benefit_start) if benefit.benefit_start else first
    start = max(began, first)
    paid = PaidBenefit(start, _amounts(benefit, steps, start))
    facts += _months(paid, kept, gaps, through)
    return Account(benefit, kept, through, rules.ledger(paid, facts, through))


def _amounts(benefit: Benefit, steps: list[Change], start: Month) -> tuple[MonthAmount, ...]:
    """The amount in force from each month: a change counts from the month in which it was learned."""
    if benefit.monthly_amount is None:
        raise PaymentError(no_amount(benefit))
    amounts = {start: Decimal(steps[0].before) if steps and steps[0].before else benefit.monthly_amount}
    for step in steps:
        if step.after:
            amounts[max(start, Month.of_date(timezone.localdate(step.at)))] = Decimal(step.after)
    return tuple(MonthAmount(month, amount) for month, amount in sorted(amounts.items()))


def no_amount(benefit: Benefit) -> str:
    """Why the pay of a benefit without a monthly amount cannot be reckoned, and what to do."""
    said = {"number": benefit.benefit_no}
    return (
        gettext("No monthly amount is known of benefit %(number)s; import it with the roster, then try again.") % said
    )


def _steps(keys: Sequence[int]) -> Mapping[int, list[Change]]:
    found: dict[int, list[Change]] = {}
    for change in Change.objects.filter(benefit__in=keys, field="monthly_amount").order_by("at", "id"):
        found.setdefault(change.benefit_id or 0, []).append(change)
    return found


def _months(
    paid: PaidBenefit, kept: Sequence[PayFact], gaps: Sequence[Gap], through: Month
) -> Iterator[rules.Paid | rules.Withheld]:
    """Every month that was paid because nothing kept it back, or that was kept back; of others nothing is known."""
    told = {_month(row.month) for row in kept if row.what in (What.PAID, What.WITHHELD) and row.month}
    for step in range(through - paid.start + 1):
        month = paid.start + step
        amount, over = paid.amount(month), [gap for gap in gaps if gap.covers(month)]
        if month in told or not amount:
            continue
        if not over:
            yield rules.Paid(f"paid:{month}", month, amount)
        elif over[0].first:
            yield rules.Withheld(f"withheld:{month}", month)


def _fact(row: PayFact) -> Fact:
    """A kept row as the fact of rules.ledger that it is."""
    made = _FACTS[What(row.what)]
    return made(row)


def _month(day: date | None) -> Month:
    if day is None:
        raise ValueError("a month is missing")
    return Month.of_date(day)


def _parts(row: PayFact) -> tuple[MonthAmount, ...]:
    return tuple(MonthAmount(Month.parse(month), Decimal(amount)) for month, amount in row.details["parts"])


def _day(row: PayFact) -> date:
    return row.day or timezone.localdate(row.at)


def _money(row: PayFact) -> dict[str, Any]:
    return {"ref": row.ref, "day": _day(row), "amount": row.amount}


_FACTS: Mapping[What, Callable[[PayFact], Fact]] = {
    What.STOP: lambda row: rules.Stop(row.ref, _month(row.month), EventKind(row.reason)),
    What.END: lambda row: rules.End(row.ref, _month(row.month), EventKind(row.reason)),
    What.RESUMPTION: lambda row: rules.Resumption(
        row.ref, row.of, _month(row.month), bool(row.details.get("condition_met"))
    ),
    What.REVERSAL: lambda row: rules.Reversal(row.ref, row.of, _month(row.month), rules.Reverse(row.reason)),
    What.PAID: lambda row: rules.Paid(
        row.ref, _month(row.month), row.amount or ZERO, bool(row.details.get("additional"))
    ),
    What.WITHHELD: lambda row: rules.Withheld(row.ref, _month(row.month)),
    What.ARREARS_PAID: lambda row: rules.ArrearsPaid(row.ref, _day(row), _parts(row)),
    What.RECOVERED: lambda row: rules.Recovered(**_money(row), means=rules.Recovery(row.reason)),
    What.RETURNED: lambda row: rules.Returned(**_money(row)),
    What.WAIVED: lambda row: rules.Waived(**_money(row)),
}


def write(
    benefit: Benefit, fact: Fact, *, source: str, by: Actor, at: datetime, effective: Month | None = None,
    more: bool = False,
) -> None:  # fmt: skip
    """Keep a fact in the running transaction; told again it is kept once. The caller sees to permission and trail.

    more: of arrears paid, that others are owed beside them, for the next run.
    """
    values: dict[str, Any] = {"region": benefit.region, "source": source, "at": at, "doer": by.key,
                              "doer_label": by.label, **_columns(fact)}  # fmt: skip
    if effective is not None:
        values["effective"] = effective.first_day
    if more:
        values["details"] = {**values["details"], "more": True}
    PayFact.objects.get_or_create(benefit=benefit, ref=fact.ref, defaults=values)


def _columns(fact: Fact) -> dict[str, Any]:
    match fact:
        case rules.Stop() | rules.End():
            what = What.STOP if isinstance(fact, rules.Stop) else What.END
            return {"what": what, "month": fact.from_month.first_day, "reason": fact.reason.value}
        case rules.Resumption():
            details = {"condition_met": fact.condition_met}
            return {"what": What.RESUMPTION, "month": fact.month.first_day, "of": fact.of, "details": details}
        case rules.Reversal():
            return {"what": What.REVERSAL, "month": fact.month.first_day, "of": fact.of, "reason": fact.why.value}
        case rules.Paid():
            details = {"additional": fact.additional}
            return {"what": What.PAID, "month": fact.month.first_day, "amount": fact.amount, "details": details}
        case rules.Withheld():
            return {"what": What.WITHHELD, "month": fact.month.first_day}
        case rules.ArrearsPaid():
            parts = [[str(part.month), str(part.amount)] for part in fact.parts]
            total = sum(part.amount for part in fact.parts)
            return {"what": What.ARREARS_PAID, "day": fact.day, "amount": total, "details": {"parts": parts}}
        case rules.Recovered():
            return {"what": What.RECOVERED, "day": fact.day, "amount": fact.amount, "reason": fact.means.value}
        case rules.Returned():
            return {"what": What.RETURNED, "day": fact.day, "amount": fact.amount}
        case rules.Waived():
            return {"what": What.WAIVED, "day": fact.day, "amount": fact.amount}


def open_holds(benefits: Sequence[int]) -> Mapping[int, PayFact]:
    """Benefit → the stop or end that nothing has lifted yet, the newest where there are several."""
    scope.current()
    lifts = PayFact.objects.filter(benefit=OuterRef("benefit"), of=OuterRef("ref"))
    holds = PayFact.objects.filter(benefit__in=benefits, what__in=(What.STOP, What.END))
    return {row.benefit_id: row for row in holds.exclude(Exists(lifts)).order_by("id")}
