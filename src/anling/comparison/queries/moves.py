"""Two runs side by side: who moved from which list to which, and for what reasons."""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from django.core.cache import caches
from django.db import connection

from anling.audit.scope import current
from anling.comparison.models import Decision, Run
from anling.comparison.queries.lists import MOST_PAGED, PAGE, Listed, listed

_KEPT = 7 * 24 * 3600
"""Seconds."""
_SIDES = """
FROM (SELECT benefit_id, list, reasons FROM comparison_decision WHERE run_id = %s) AS a
FULL JOIN (SELECT benefit_id, list, reasons FROM comparison_decision WHERE run_id = %s) AS b USING (benefit_id)
"""
_MATRIX = (
    f"SELECT coalesce(a.list, ''), coalesce(b.list, ''), coalesce(b.reasons, ''), count(*) {_SIDES} GROUP BY 1, 2, 3"
)
_MOVED = f"""
SELECT benefit_id, a.reasons {_SIDES}
WHERE coalesce(a.list, '') = %s AND coalesce(b.list, '') = %s ORDER BY benefit_id LIMIT %s
"""


@dataclass(frozen=True, slots=True)
class Move:
    """Benefits that were on one list and are on another; '' where a run did not compare them. reasons: of the later."""

    before: str
    after: str
    reasons: str
    benefits: int


def moves(first: Run, second: Run) -> list[Move]:
    """All moves between two finished runs within the scope, the unmoved too.

    Finished runs never change, so the counts are kept for the scope in which they were made.
    """
    return [Move(*row) for row in _kept(_MATRIX, first, second)]


def moved(first: Run, second: Run, before: str, after: str, page: int) -> list[tuple[Listed, tuple[str, ...]]]:
    """A page of the people who made one move, as the later run lists them, with their earlier reasons.

    Whom the later run did not compare is shown as the earlier one listed them. page: from 1; the first MOST_PAGED
    people can be paged through.
    """
    made = _kept(_MOVED, first, second, before, after, MOST_PAGED)
    found = dict(made[(page - 1) * PAGE : page * PAGE])
    side = second if after else first
    rows = Decision.objects.filter(run=side.pk, benefit_id__in=list(found)).order_by("benefit_id")
    return [(each, tuple((found[each.benefit_id] or "").split())) for each in listed(rows)]


def _kept(statement: str, first: Run, second: Run, *parameters: str | int) -> list[tuple[Any, ...]]:
    """Rows over two finished runs, read once for a scope: they hold codes and keys, no name and no number."""
    asked = sha256(repr((statement, first.content_hash, second.content_hash, parameters)).encode()).hexdigest()
    key = f"moves:{first.pk}:{second.pk}:{current()}:{asked[:32]}"
    rows: list[tuple[Any, ...]] | None = caches["results"].get(key)
    if rows is None:
        with connection.cursor() as cursor:
            cursor.execute(statement, [first.pk, second.pk, *parameters])
            rows = cursor.fetchall()
        caches["results"].set(key, rows, _KEPT)
    return rows
