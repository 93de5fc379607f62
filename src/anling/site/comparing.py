"""`anling comparison run`: a run in the database from the command line, done here or followed in a worker."""

from __future__ import annotations

import time
from datetime import date, datetime, timedelta
from typing import NamedTuple

from django.utils import timezone

from anling.site import signing
from anling.site.environment import Environment
from anling.site.errors import SiteError

_LOOK_EVERY = 0.5


class Ran(NamedTuple):
    """How a run ended, as plain values."""

    number: int
    state: str
    error: str
    lists: dict[str, int]
    content_hash: str


def run(
    environment: Environment, *, as_of: date, region: str, feeds: str, officer: str, reason: str,
    known_at: date | datetime | None = None,
) -> Ran:  # fmt: skip
    """Ask for a run as an officer, and bring it to its end. known_at: as known then; a day stands for its end.

    Raises SiteError or NotAllowedError with one sentence.
    """
    by = signing.officer(environment, officer)
    from anling.comparison.errors import RunError  # noqa: PLC0415  # needs the apps
    from anling.comparison.operations import start  # noqa: PLC0415
    from anling.comparison.working import execute  # noqa: PLC0415

    try:
        asked = start(
            region=region, as_of=as_of, reason=reason, by=by, at=timezone.now(), feeds=feeds,
            known_at=_moment(known_at),
        )  # fmt: skip
    except RunError as error:
        raise SiteError(str(error)) from error
    execute(run=asked.pk, region=region, now=timezone.now)
    return _ended(asked.pk, region)


def _moment(said: date | datetime | None) -> datetime | None:
    if said is None or isinstance(said, datetime):
        return timezone.make_aware(said) if said else None
    return timezone.make_aware(datetime.combine(said + timedelta(days=1), datetime.min.time())) - timedelta(
        microseconds=1
    )


def _ended(number: int, region: str) -> Ran:
    """The run once it has ended, here or in the worker that was quicker."""
    from anling.audit.scope import within  # noqa: PLC0415
    from anling.audit.values import Scope  # noqa: PLC0415
    from anling.comparison.queries import run_of  # noqa: PLC0415

    while True:
        with within(Scope(region)):
            found = run_of(number)
        if found is not None and found.final:
            lists = found.report["counts"]["lists"] if found.report else {}
            return Ran(number, found.state, found.error, lists, found.content_hash)
        time.sleep(_LOOK_EVERY)
