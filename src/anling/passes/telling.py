"""The clock of a benefit step by step, in the language of the reader: each step says what was done and by what rule."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.translation import gettext

from anling.passes.clocks import Stand
from anling.passes.models import Pass
from anling.rules.clock import FirstBase
from anling.rules.months import Month


def steps(found: Stand) -> Iterator[str]:
    """From the passes on record to the month in which pay would stop."""
    yield gettext("%(count)s passes are on record.") % {"count": len(found.passes)}
    for made in found.passes:
        yield _told(made, counts=made is found.stands_on)
    yield _base(found)
    if found.clock is None:
        return
    rule = found.rule
    yield gettext("A pass holds for %(months)s months: until the end of %(last)s.") % {
        "months": rule.cycle_months, "last": found.clock.last_ok,
    }  # fmt: skip
    yield gettext("Without a newer pass %(stop)s is the first month without pay, month %(months)s after it.") % {
        "stop": found.clock.stop_month, "months": rule.stop_after_months,
    }  # fmt: skip
    yield gettext("Rule: %(source)s") % {"source": rule.source}


def _told(made: Pass, *, counts: bool) -> str:
    said = {
        "month": Month.of_date(made.month), "way": made.get_way_display(), "source": made.source,
        "recorded": f"{made.recorded_at:%Y-%m-%d}",
    }  # fmt: skip
    revocation = getattr(made, "revocation", None)
    if revocation is not None:
        return gettext("%(month)s by %(way)s (%(source)s): revoked, because: %(reason)s") % {
            **said, "reason": revocation.reason,
        }  # fmt: skip
    if counts:
        return gettext("%(month)s by %(way)s (%(source)s), recorded on %(recorded)s: the clock counts from it.") % said
    return gettext("%(month)s by %(way)s (%(source)s), recorded on %(recorded)s.") % said


def _base(found: Stand) -> str:
    if found.clock is None:
        return gettext("No month is known to count from: a case for an officer, never an automatic stop.")
    said = {"base": found.clock.base}
    if found.stands_on is not None:
        return gettext("The clock counts from %(base)s, the month of the newest valid pass.") % said
    return {
        FirstBase.APPLICATION_NEXT_MONTH: gettext(
            "There is no valid pass: the clock counts from %(base)s, the month after the application."
        ),
        FirstBase.APPLICATION_MONTH: gettext(
            "There is no valid pass: the clock counts from %(base)s, the month of the application."
        ),
        FirstBase.APPROVAL_MONTH: gettext(
            "There is no valid pass: the clock counts from %(base)s, the month of the approval."
        ),
        FirstBase.BENEFIT_START: gettext(
            "There is no valid pass: the clock counts from %(base)s, in which the benefit began."
        ),
    }[found.rule.first_base] % said
