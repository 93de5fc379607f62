"""`anling payrun propose`: the same draft as on the page, made in this process."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

from django.utils import timezone

from anling.rules.months import Month
from anling.site import signing
from anling.site.environment import Environment
from anling.site.errors import SiteError


class Drafted(NamedTuple):
    """A draft as plain values. lines: by action, state and holds."""

    number: int
    region: str
    month: str
    counts: dict[str, Any]
    content_hash: str


def propose(
    environment: Environment, *, month: str, region: str, username: str, progress: Callable[[str, int, int], None]
) -> Drafted:
    """Draft a run as an officer. Raises SiteError with the sentence of the page, NotAllowedError."""
    by = signing.officer(environment, username)
    from anling.payment.errors import PaymentError  # noqa: PLC0415
    from anling.payment.runs import proposing  # noqa: PLC0415  # needs the apps

    at = timezone.now()
    try:
        run = proposing.propose(region=region, month=Month.parse(month), by=by, at=at, progress=progress)
    except (PaymentError, ValueError) as error:
        raise SiteError(str(error)) from error
    return Drafted(run.pk, run.region, f"{run.month:%Y-%m}", run.counts, run.content_hash)
