"""What an officer can put right about places."""

from __future__ import annotations


class TerritoryError(Exception):
    """One sentence with row, field and remedy; nothing was changed."""
