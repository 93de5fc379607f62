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


def passes_of(benefits: Sequence[int]) -> Mapping[int, list[Pass]]:
    """Benefit → every pass that covers it, the newest first, revoked ones with their revocation."""
    scope.current()
    rows = Cover.objects.filter(benefit__in=benefits).select_related("made__revocation")
    found: dict[int, list[Pass]] = {benefit: [] for benefit in benefits}
    for row in rows.order_by("-month", "-recorded_at", "-made_id"):
        row.made.elsewhere = row.elsewhere
        found[row.benefit_id].append(row.made)
    return found


def pass_by_key(key: int) -> Pass | None:
    """One pass whom the scope sees, with its covers and their benefits."""
    scope.current()
    return Pass.objects.prefetch_related("covers__benefit").filter(pk=key, revocation=None).first()


def stands(
    benefits: Sequence[Benefit], policy: Policy, *, on: date, cutoff: datetime, without: int | None = None
) -> list[Stand]:
    """The clock of each benefit under the rule of a day, from passes recorded up to a moment.

    without: a pass that is left out of account, to see what its revocation would do.
    """
    passes = passes_of([benefit.pk for benefit in benefits])
    return [
        _stand(
            benefit, passes[benefit.pk], policy.clock_rule(Scheme(benefit.scheme), benefit.region, on), cutoff, without
        )
        for benefit in benefits
    ]


def _stand(benefit: Benefit, passes: list[Pass], rule: ClockRule, cutoff: datetime, without: int | None) -> Stand:
    for made in passes:
        if made.pk != without and made.recorded_at <= cutoff and not _revoked(made, cutoff):
            return Stand(rule, tuple(passes), made, first=False, clock=clock(rule, Month.of_date(made.month)))
    months = (_month(day) for day in (benefit.application_month, benefit.approval_month, benefit.benefit_start))
    base = first_base(rule, *months)
    return Stand(rule, tuple(passes), None, first=base is not None, clock=clock(rule, base) if base else None)


def _revoked(made: Pass, cutoff: datetime) -> bool:
    revocation = getattr(made, "revocation", None)
    return revocation is not None and revocation.at <= cutoff


def _month(day: date | None) -> Month | None:
    return Month.of_date(day) if day else None
