"""Binds the functions that normalisation leaves to `rules`: what a text means is said there, and only there."""

from functools import lru_cache

from anling.engines.duckdb.session import Session
from anling.rules.names import match_key, simplified
from anling.rules.numbers import CHECK_CHARACTERS, IdNumber, IdType, canonical, passes_check, read_untyped

_REMEMBERED = 1 << 16
"""Odd texts repeat (one person, many records); a bounded memory of them spares reading each again."""


def bind_normalisation(session: Session) -> None:
    """Make canonical, packed_key, number_status, match_key and simplified callable in SQL."""
    for function, gives in (
        (canonical, "VARCHAR"),
        (packed_key, "BIGINT"),
        (number_status, "VARCHAR"),
        (match_key, "VARCHAR"),
        (simplified, "VARCHAR"),
    ):
        session.text_function(function.__name__, lru_cache(_REMEMBERED)(function), 1, gives)
    session.text_function("typed_status", typed_status, 2, "VARCHAR")


def packed_key(text: str) -> int | None:
    """First 17 digits × 11 + check value of a canonical text that passes its check; None for any other."""
    return int(text[:17]) * 11 + CHECK_CHARACTERS.index(text[17]) if passes_check(text) else None


def number_status(raw: str) -> str:
    """valid, unchecked, invalid or empty: what the check says of a number whose document type is not named."""
    return read_untyped(raw).status.value


def typed_status(raw: str, id_type: str) -> str:
    """valid, unchecked, invalid or empty: what the check says of a number of a known document type."""
    return IdNumber.read(raw, IdType(id_type)).status.value
