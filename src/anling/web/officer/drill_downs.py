"""What a supervisor has said why they need it: kept in the session, each drill-down for its page, filter and region."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.contrib.sessions.backends.base import SessionBase

from anling.access.looking_behind import look_behind
from anling.audit.scope import current
from anling.audit.values import Actor

LASTS = timedelta(minutes=30)
"""How long a reason opens what it was given for; then the page asks again."""

MOST = 10
"""Drill-downs that a session keeps; of more, the oldest ask again."""

_SESSION_KEY = "drill_downs"


@dataclass(frozen=True, slots=True)
class Looked:
    """What is looked at. page: name of its address; filters: what narrows it; one: a single object, not a list."""

    page: str
    filters: Mapping[str, str]
    one: bool = False

    @property
    def told(self) -> dict[str, str]:
        """The page and its filters."""
        return {"page": self.page, **self.filters}


class DrillDowns:
    """The drill-downs that a session holds at a moment, the newest first."""

    def __init__(self, session: SessionBase, now: datetime) -> None:
        self._session, self._now = session, now
        kept = session.get(_SESSION_KEY, [])
        self._all = [each for each in kept if datetime.fromisoformat(each["until"]) > now]
        self._here = [each for each in self._all if each["region"] == current().prefix]

    def opens(self, looked: Looked) -> bool:
        """Whether a reason was given for this; one object is opened by any drill-down, through which it is reached."""
        return bool(self._here) if looked.one else any(each["told"] == looked.told for each in self._here)

    def add(self, looked: Looked, *, reason: str, by: Actor) -> None:
        """Record and keep a drill-down. Raises AccessError without a reason, NotAllowedError."""
        reason = look_behind(page=looked.page, filters=looked.filters, reason=reason, by=by, at=self._now)
        until = (self._now + LASTS).isoformat()
        seen = [looked.told] if looked.one else []
        added = {"told": looked.told, "region": current().prefix, "reason": reason, "until": until, "seen": seen}
        self._keep([added, *self._all][:MOST])

    def see_one(self, looked: Looked, *, by: Actor) -> None:
        """Record that one object was opened, for the reason of the newest drill-down; once for each drill-down."""
        newest = self._here[0]
        if looked.told not in newest["seen"]:
            look_behind(page=looked.page, filters=looked.filters, reason=newest["reason"], by=by, at=self._now)
            newest["seen"].append(looked.told)
            self._keep(self._all)

    def _keep(self, kept: list[dict[str, Any]]) -> None:
        self._session[_SESSION_KEY] = kept
