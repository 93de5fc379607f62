"""`anling notices warn`: the warnings of a day from the command line."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

from django.utils import timezone

from anling.site import signing
from anling.site.environment import Environment


def warn(
    environment: Environment, *, on: date | None, region: str, officer: str,
    progress: Callable[[str, int, int], None],
) -> dict[str, Any]:  # fmt: skip
    """Queue the warnings of a day as an officer; counts by channel. Raises SiteError or NotAllowedError."""
    by = signing.officer(environment, officer)
    from anling.notices.warnings import warn as warn_region  # noqa: PLC0415  # needs the apps

    now = timezone.now()
    warned = warn_region(
        region=region, today=on or timezone.localdate(now), by=by, at=now,
        progress=progress,
    )  # fmt: skip
    stages = {str(stage): count for stage, count in warned.stages.items()}
    return {"stages": stages, "queued": dict(warned.queued.by_channel()), "overtaken": warned.overtaken}
