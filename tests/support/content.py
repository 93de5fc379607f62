"""What the tables hold, without keys and times: two courses of the same acts come to the same content, or differ."""

import hashlib
import json
from typing import Any

from django.db import connections

ROOMS = ("roster_", "feeds_", "comparison_", "passes_", "casework_", "notices_", "payment_", "audit_entry")
_NOT_TABLES = ("comparison_decision_", "comparison_evidence_")
"""Partitions: read through the table that they are part of."""
_FIGURES = {"audit_entry": ("kind", "doer", "region", "object_type", "object_key", "reason", "rows")}
"""Of these tables only some columns: the others say when, or hold keys."""
_SAID = {
    ("audit_entry", "object_key"): "CASE WHEN t.object_type = 'mismatch' THEN NULL WHEN t.object_key ~ '^[0-9]+$'"
    " THEN 'no. ' || dense_rank() OVER (PARTITION BY t.object_type ORDER BY length(t.object_key), t.object_key)"
    " ELSE t.object_key END"
}
"""Numbers count by their order: a broken-off transaction uses some up, and after a crash the database goes on up to 32
further. Those of differences are in no order that two courses share."""
_LEFT_OUT = frozenset({
    "id", "at", "recorded_at", "benefits", "details", "report", "folder", "snapshot_hash", "content_hash",
    "done", "total", "label", "store_key", "kept", "cutoff",
})  # fmt: skip
_MOMENTS = {"roster_formerperson": {"since", "until"}, "roster_formerbenefit": {"since", "until"}}
"""Columns of single tables that say when."""


def content() -> dict[str, str]:
    """Table → rows and a hash over all of them, as the owner sees it."""
    with connections["owner"].cursor() as cursor:
        cursor.execute(
            "SELECT c.table_name, array_agg(c.column_name::text) FROM information_schema.columns c"
            " JOIN pg_class k ON k.relname = c.table_name AND k.relkind IN ('r', 'p') AND NOT k.relispartition"
            " WHERE c.table_schema = 'public' GROUP BY c.table_name ORDER BY c.table_name"
        )
        tables = {name: columns for name, columns in cursor.fetchall() if name.startswith(ROOMS)}
        return {name: _held(cursor, name, columns) for name, columns in tables.items()}


def rows(table: str) -> list[str]:
    """The rows of one table, to see where two courses differ."""
    with connections["owner"].cursor() as cursor:
        cursor.execute(
            "SELECT array_agg(column_name::text) FROM information_schema.columns WHERE table_name = %s", [table]
        )
        return _rows(cursor, table, cursor.fetchone()[0])


def differences(one: dict[str, str], other: dict[str, str]) -> list[str]:
    """The tables in which two contents differ."""
    return [
        f"{name}: {one.get(name)} ≠ {other.get(name)}"
        for name in sorted(one | other)
        if one.get(name) != other.get(name)
    ]


def _held(cursor: Any, table: str, columns: list[str]) -> str:
    found = _rows(cursor, table, columns)
    return f"{len(found)} rows, {hashlib.sha256(json.dumps(found).encode()).hexdigest()[:16]}"


def _rows(cursor: Any, table: str, columns: list[str]) -> list[str]:
    kept = _FIGURES.get(table) or sorted(
        name for name in columns if not _is_key_or_time(name) and name not in _MOMENTS.get(table, ())
    )
    said = [f"'{name}', {_SAID.get((table, name), f't.{name}')}" for name in kept]
    joins = ""
    if "person_id" in columns:
        joins += " LEFT JOIN roster_person p ON p.id = t.person_id"
        said += ["'person', p.id_number || p.name"]
    if "benefit_id" in columns:
        joins += " LEFT JOIN roster_benefit b ON b.id = t.benefit_id"
        said += ["'benefit', b.benefit_no"]
    cursor.execute(f"SELECT jsonb_build_object({', '.join(said)})::text AS row FROM {table} t{joins} ORDER BY row")
    return [row for (row,) in cursor.fetchall()]


def _is_key_or_time(name: str) -> bool:
    return name in _LEFT_OUT or name.endswith(("_id", "_at"))
