"""The clock of a benefit, read from its passes and from nothing else (N-A2)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Max

from anling.audit import scope
from anling.passes.models import Cover, Pass
from anling.policy import Policy
from anling.roster.models import Benefit
from anling.rules.clock import Clock, ClockRule, clock, first_base
from anling.rules.evidence import Scheme
from anling.rules.months import Month

NEWEST = """
SELECT c.benefit_id, max(c.month) AS month FROM passes_cover c
WHERE c.recorded_at <= %(cutoff)s
  AND NOT EXISTS (SELECT 1 FROM passes_revocation r WHERE r.made_id = c.made_id AND r.at <= %(cutoff)s)
GROUP BY c.benefit_id
"""
"""The month of the newest valid pass of each benefit in scope, of those recorded up to a cut-off."""


@dataclass(frozen=True, slots=True)
class Stand:
    """Where the clock of one benefit stands and how it came there.

    clock: None where nothing is known to count from: a case, never an automatic stop. stands_on: the pass that it
    counts from; first: it counts from no pass, but from the first base of the rule.
    """

    rule: ClockRule
    passes: tuple[Pass, ...]
    stands_on: Pass | None
    first: bool
    clock: Clock | None


def newest_months(benefits: Sequence[int], *, cutoff: datetime) -> Mapping[int, Month]:
    """Benefit → month of its newest valid pass recorded up to a moment."""
    scope.current()
    valid = Cover.objects.filter(benefit__in=benefits, recorded_at__lte=cutoff)
    valid = valid.exclude(made__revocation__at__lte=cutoff)
    newest = valid.order_by().values_list("benefit_id").annotate(month=Max("month"))
    return {benefit: Month.of_date(month) for benefit, month in newest}


def passes_of(benefit: int) -> list[Pass]:
    """Every pass that covers a benefit, the newest first, revoked ones with their revocation."""
    scope.current()
    rows = Pass.objects.filter(covers__benefit=benefit).select_related("revocation")
    return list(rows.order_by("-month", "-recorded_at", "-id"))


def stand(benefit: Benefit, policy: Policy, *, on: date, cutoff: datetime) -> Stand:
    """The clock of a benefit under the rule of a day, from passes recorded up to a moment."""
    rule = policy.clock_rule(Scheme(benefit.scheme), benefit.region, on)
    passes = tuple(passes_of(benefit.pk))
    valid = [each for each in passes if each.recorded_at <= cutoff and not _revoked(each, cutoff)]
    if valid:
        return Stand(rule, passes, valid[0], first=False, clock=clock(rule, Month.of_date(valid[0].month)))
    base = first_base(rule, *(_month(day) for day in
                              (benefit.application_month, benefit.approval_month, benefit.benefit_start)))  # fmt: skip
    return Stand(rule, passes, None, first=base is not None, clock=clock(rule, base) if base else None)


def _revoked(made: Pass, cutoff: datetime) -> bool:
    revocation = getattr(made, "revocation", None)
    return revocation is not None and revocation.at <= cutoff


def _month(day: date | None) -> Month | None:
    return Month.of_date(day) if day else None
