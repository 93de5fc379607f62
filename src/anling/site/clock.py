"""`anling clock`: the clock of one benefit step by step, as an officer who may look at it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils import timezone, translation

from anling.site import signing
from anling.site.environment import Environment
from anling.site.errors import SiteError

if TYPE_CHECKING:
    from anling.passes.clocks import Stand

LANGUAGES = {"zh": "zh-hans", "en": "en"}


def told(environment: Environment, benefit_no: str, *, username: str) -> dict[str, list[str]]:
    """Language → the steps in it. Raises SiteError where the officer sees no such benefit, NotAllowedError."""
    by = signing.officer(environment, username)
    from anling.access.permissions import permits_for  # noqa: PLC0415  # needs the apps
    from anling.access.roles import Act  # noqa: PLC0415
    from anling.audit.scope import within  # noqa: PLC0415
    from anling.passes.clocks import stands  # noqa: PLC0415
    from anling.policy import load  # noqa: PLC0415
    from anling.roster.queries import benefit_by_no  # noqa: PLC0415

    now = timezone.now()
    for permit in permits_for(by, Act.LOOK):
        if permit.scope is None:
            continue
        with within(permit.scope):
            benefit = benefit_by_no(benefit_no)
            if benefit is None:
                continue
            (found,) = stands([benefit], load(), on=timezone.localdate(now), cutoff=now)
            return {short: _in(language, found) for short, language in LANGUAGES.items()}
    raise SiteError(f"{by.label} sees no benefit {benefit_no}; look the number up under People.")


def _in(language: str, found: Stand) -> list[str]:
    from anling.passes.telling import steps  # noqa: PLC0415  # needs the apps

    with translation.override(language):
        return list(steps(found))
