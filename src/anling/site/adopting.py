"""`anling comparison adopt`: a finished run taken over from the command line."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from django.utils import timezone

from anling.site import signing
from anling.site.environment import Environment
from anling.site.errors import SiteError


class Adopted(NamedTuple):
    """How many passes and cases it made, as plain values."""

    run: int
    passes: int
    opened: int
    updated: int
    settled: int
    off_list: int


def adopt(
    environment: Environment, *, run: int, officer: str, reason: str,
    progress: Callable[[str, int, int], None],
) -> Adopted:  # fmt: skip
    """Take a run over as an officer. Raises SiteError or NotAllowedError with one sentence."""
    by = signing.officer(environment, officer)
    from anling.access.permissions import permits_for, require  # noqa: PLC0415  # needs the apps
    from anling.access.roles import Act  # noqa: PLC0415
    from anling.audit.scope import within  # noqa: PLC0415
    from anling.casework import adopting  # noqa: PLC0415
    from anling.casework.errors import CaseError  # noqa: PLC0415

    require(by, Act.WORK_CASES)
    scopes = [permit.scope for permit in permits_for(by, Act.WORK_CASES) if permit.scope]
    try:
        with within(min(scopes, key=lambda scope: len(scope.prefix))):
            made = adopting.adopt(run=run, by=by, at=timezone.now(), reason=reason, progress=progress)
    except CaseError as error:
        raise SiteError(str(error)) from error
    return Adopted(run, made.passes, made.opened, made.updated, made.settled, made.off_list)
