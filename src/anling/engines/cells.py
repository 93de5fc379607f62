"""Cells of files that offices open in a spreadsheet, and numbers of people in them: in Python, and the same in SQL.

A spreadsheet computes what begins like a formula, so that such a text gets an apostrophe before it; one that begins
with an apostrophe gets another, so that `bare` finds every text again. The SQL is PostgreSQL's and DuckDB's alike
where nothing else is said.
"""

from __future__ import annotations

from anling.rules.numbers import KEPT, KEPT_OF_SHORT, LONG_FROM, NUMBER_IN_CODE, OLD_NUMBER_IN_CODE

_GUARD = "'"
_GUARDED = ("=", "+", "-", "@", "\t", "\r", _GUARD)
_STARS = (r"\1" + "*" * 10 + r"\2", r"\1" + "*" * 7 + r"\2")


def guarded(cell: str) -> str:
    """A text that no spreadsheet takes for a formula."""
    return _GUARD + cell if cell.startswith(_GUARDED) else cell


def bare(cell: str) -> str:
    """The text that `guarded` was given."""
    return cell[1:] if cell.startswith(_GUARD) and cell[1:].startswith(_GUARDED) else cell


def guarded_sql(column: str) -> str:
    """`guarded` as an expression over a column or an expression in brackets."""
    begins = f"left({column}, 1) IN ('=', '+', '-', '@', chr(9), chr(13), '''')"
    return f"CASE WHEN {begins} THEN '''' || {column} ELSE {column} END"


def masked_sql(column: str) -> str:
    """`anling.rules.numbers.masked` as an expression over a column of canonical numbers."""

    def kept(ends: int) -> str:
        return f"left({column}, {ends}) || repeat('*', length({column}) - {2 * ends}) || right({column}, {ends})"

    return (
        f"CASE WHEN length({column}) >= {LONG_FROM} THEN {kept(KEPT)}"
        f" WHEN length({column}) > {2 * KEPT_OF_SHORT} THEN {kept(KEPT_OF_SHORT)}"
        f" ELSE repeat('*', length({column})) END"
    )


def shown_sql(column: str) -> str:
    """`anling.rules.numbers.shown` as an expression of PostgreSQL over a column of codes."""
    once = f"regexp_replace({column}, '{NUMBER_IN_CODE}', '{_STARS[0]}', 'g')"
    return (
        f"CASE WHEN length({column}) < {LONG_FROM} THEN {column}"
        f" ELSE regexp_replace({once}, '{OLD_NUMBER_IN_CODE}', '{_STARS[1]}', 'g') END"
    )
