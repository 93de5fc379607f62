"""Which scope an operation needs."""

from __future__ import annotations

from django.http import HttpRequest

from anling.access.callers import Caller
from anling.access.client_scopes import API_SCOPES
from anling.api.problems import ProblemError
from anling.audit.wording import worded


class Scoped:
    """For `auth=` of an operation: the caller, whom the gate has let in, must hold the scope."""

    def __init__(self, scope: str) -> None:
        if scope not in API_SCOPES:
            raise ValueError(f"{scope!r} is no scope of the API.")
        self.scope = scope

    def __call__(self, request: HttpRequest) -> Caller:
        """The caller. Raises ProblemError where the scope is missing."""
        caller: Caller = request.caller  # type: ignore[attr-defined]
        if not caller.holds(self.scope):
            raise ProblemError("not-allowed", worded("This needs a token with the scope %(scope)s.", scope=self.scope))
        return caller
