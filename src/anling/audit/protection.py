"""What the serving role may do with each table, and which of its rows it sees: said by the room that owns the table.

`anling migrate` applies it after every migration (anling.site.protecting); a table of ours without an entry stops it.
"""

from __future__ import annotations

from dataclasses import dataclass

READ, ADD, CHANGE, REMOVE = "SELECT", "INSERT", "UPDATE", "DELETE"
APPEND = (READ, ADD)
KEEP = (READ, ADD, CHANGE)
ALL = (READ, ADD, CHANGE, REMOVE)

IN_SCOPE = "starts_with({column}, nullif(current_setting('anling.scope', true), ''))"
"""True for rows of the scope; null, which PostgreSQL takes for no, where no scope is set."""


@dataclass(frozen=True, slots=True)
class Table:
    """Grants on a table to the serving role, and the SQL condition on the rows it sees and writes.

    sees: None for tables that hold nothing of people: reference data, settings, and tables of libraries.
    writes: where rows may be written that are not seen (or the other way round); otherwise as `sees`.
    """

    name: str
    grants: tuple[str, ...]
    sees: str | None = None
    writes: str | None = None


def in_scope(column: str = "region") -> str:
    """The condition that a column of region codes lies in the scope of the transaction."""
    return IN_SCOPE.format(column=column)
