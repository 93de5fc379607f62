"""What can be wrong with a case."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


class CaseError(Exception):
    """One sentence that names the remedy; field: of the form, where one is at fault."""

    def __init__(self, sentence: str, field: str | None = None) -> None:
        super().__init__(sentence)
        self.field = field


class TakenError(CaseError):
    """Somebody else changed the case meanwhile; the page is to be read again. what, details: their last act."""

    def __init__(self, sentence: str, what: str = "", details: Mapping[str, Any] | None = None) -> None:
        super().__init__(sentence)
        self.what, self.details = what, dict(details or {})
