"""`anling audit`: the trail's chain, for the command line."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from anling.site import signing
from anling.site.environment import Environment
from anling.site.errors import SiteError
from anling.site.migrating import prepare_current


class Verified(NamedTuple):
    """What verification found, as plain values. unsealed_ids: lowest and highest id; None where nothing waits."""

    sealed: int
    last_sealed_at: datetime | None
    unsealed: int
    unsealed_ids: tuple[int, int] | None
    findings: tuple[str, ...]
    more: int


def verify(environment: Environment, kept: Sequence[str] = (), *, doer: str) -> Verified:
    """Read the whole chain. kept: heads kept elsewhere, each as `anling audit head` printed it, beside the head file's.

    doer: the officer who asks; it is recorded. Raises SiteError for a text that is no head, and where the database has
    no trail yet; NotAllowedError.
    """
    by = signing.officer(environment, doer)
    from django.utils import timezone  # noqa: PLC0415  # needs the settings

    from anling.access.trail import verify_here  # noqa: PLC0415
    from anling.audit.chain import Head  # noqa: PLC0415  # needs the apps

    try:
        more_heads = [Head.from_json(text) for text in kept]
    except ValueError as error:
        raise SiteError("--kept takes a line as anling audit head prints it; put it into single quotes.") from error
    report = verify_here(kept_elsewhere=more_heads, by=by, at=timezone.now())
    return Verified(
        report.sealed, report.last_sealed_at, report.unsealed, report.unsealed_ids, report.findings, report.more
    )


def resume(environment: Environment, *, reason: str, doer: str) -> str:
    """Have sealing go on behind a broken chain; what was broken. Raises SiteError, NotAllowedError."""
    by = signing.officer(environment, doer)
    from django.utils import timezone  # noqa: PLC0415  # needs the settings

    from anling.access.errors import AccessError  # noqa: PLC0415
    from anling.access.trail import resume_sealing  # noqa: PLC0415

    try:
        return resume_sealing(reason=reason, by=by, at=timezone.now())
    except AccessError as error:
        raise SiteError(str(error)) from error


def head(environment: Environment) -> str:
    """The newest seal as one line of JSON, to be kept where nobody who administers this machine can write."""
    prepare_current(environment)
    from anling.audit.sealing import newest  # noqa: PLC0415  # needs the apps

    return newest().as_json()
