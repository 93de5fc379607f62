"""The scope of the running transaction: said once, and held by PostgreSQL itself (platform.md, "PostgreSQL").

Row-level security compares each row's region with the setting `anling.scope`. It is set for one transaction only, so it
cannot leak into the next user's request, and it is empty until somebody sets it: no scope, no rows.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from django.conf import settings
from django.db import DEFAULT_DB_ALIAS, connections, transaction

from anling.audit.errors import NoScopeError
from anling.audit.values import Scope

SETTING = "anling.scope"

_current: ContextVar[Scope | None] = ContextVar("scope", default=None)


def province() -> Scope:
    """All regions of this installation (ANLING_PROVINCE): the scope of jobs that belong to nobody's office."""
    return Scope(settings.PROVINCE)


@contextmanager
def within(scope: Scope, *, using: str = DEFAULT_DB_ALIAS) -> Iterator[None]:
    """A transaction in which rows of this scope are seen and written; everything in it holds, or nothing.

    A scope inside another one replaces it until its end.
    """
    with transaction.atomic(using=using):
        outer = _current.get()
        _set(scope, using)
        token = _current.set(scope)
        try:
            yield
        finally:
            _current.reset(token)
        # after an error PostgreSQL takes the setting back with the transaction or its savepoint
        if not connections[using].needs_rollback:
            _set(outer, using)


def current() -> Scope:
    """The scope of the running transaction. Raises NoScopeError where none was set: queries fail closed."""
    scope = _current.get()
    if scope is None:
        raise NoScopeError("no region scope is set: open one with anling.audit.scope.within")
    return scope


def _set(scope: Scope | None, using: str) -> None:
    with connections[using].cursor() as cursor:
        cursor.execute("SELECT set_config(%s, %s, true)", [SETTING, str(scope or "")])
