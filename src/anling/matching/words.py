"""Small pieces of SQL text that every engine reads alike."""

from collections.abc import Mapping


def text(value: str) -> str:
    """A string literal."""
    return "'" + value.replace("'", "''") + "'"


def chosen(column: str, values: Mapping[str, str], otherwise: str = "NULL") -> str:
    """CASE over a text column: raw text → SQL expression."""
    if not values:
        return otherwise
    return (
        f"CASE {column} "
        + " ".join(f"WHEN {text(raw)} THEN {value}" for raw, value in values.items())
        + f" ELSE {otherwise} END"
    )
