"""Two runs side by side: who moved from which list to which, and for what reasons."""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from django.core.cache import caches
from django.db import connection
from django.db.models import Sum

from anling.audit.scope import current
from anling.comparison.models import Count, Decision, Run
from anling.comparison.queries.lists import MOST_PAGED, PAGE, Listed, listed
from anling.comparison.queries.wanted import COUNTED
from anling.comparison.queries.wanted import after as behind

AT_ONCE = 500_000
"""Benefits of both runs that are laid beside each other while somebody waits; more are for the worker."""
_KEPT = 7 * 24 * 3600
"""Seconds."""
_MATRIX = """
SELECT coalesce(a.list, ''), coalesce(b.list, ''), coalesce(b.reasons, ''), count(*)
FROM (SELECT benefit_id, list, reasons FROM comparison_decision WHERE run_id = %s) AS a
FULL JOIN (SELECT benefit_id, list, reasons FROM comparison_decision WHERE run_id = %s) AS b USING (benefit_id)
GROUP BY 1, 2, 3
"""
# each from the lists asked for, whose index holds them, and never from the whole of both runs
_BOTH = """
SELECT a.benefit_id, a.reasons FROM comparison_decision AS a
JOIN comparison_decision AS b ON b.run_id = %(second)s AND b.benefit_id = a.benefit_id AND b.list = %(after)s
WHERE a.run_id = %(first)s AND a.list = %(before)s ORDER BY a.benefit_id LIMIT %(most)s
"""
_ONE = """
SELECT a.benefit_id, {reasons} FROM comparison_decision AS a
WHERE a.run_id = %({here})s AND a.list = %({list})s AND NOT EXISTS (
    SELECT 1 FROM comparison_decision AS b WHERE b.run_id = %({there})s AND b.benefit_id = a.benefit_id)
ORDER BY a.benefit_id LIMIT %(most)s
"""
_LEFT = _ONE.format(reasons="a.reasons", here="first", list="before", there="second")
_CAME = _ONE.format(reasons="NULL", here="second", list="after", there="first")


@dataclass(frozen=True, slots=True)
class Move:
    """Benefits that were on one list and are on another; '' where a run did not compare them. reasons: of the later."""

    before: str
    after: str
    reasons: str
    benefits: int


def moves(first: Run, second: Run) -> list[Move] | None:
    """All moves between two finished runs within the scope, the unmoved too; None until the worker has counted them.

    Finished runs never change, so the counts are kept for the scope in which they were made. Runs of a county or a city
    are counted at once.
    """
    if _benefits(first) + _benefits(second) <= AT_ONCE:
        return count_moves(first, second)
    kept = caches["results"].get(_key("matrix", first, second))
    return None if kept is None else [Move(*row) for row in kept]


def count_moves(first: Run, second: Run) -> list[Move]:
    """The same, counted now where that was not done before."""
    return [Move(*row) for row in _kept(_key("matrix", first, second), _MATRIX, [first.pk, second.pk])]


def moved(first: Run, second: Run, before: str, after: str, page: int) -> list[tuple[Listed, tuple[str, ...]]]:
    """A page of the people who made one move, as the later run lists them, with their earlier reasons.

    Whom the later run did not compare is shown as the earlier one listed them. page: from 1; the first MOST_PAGED
    people can be paged through.
    """
    values = {"first": first.pk, "second": second.pk, "before": before, "after": after, "most": MOST_PAGED}
    statement = _BOTH if before and after else _LEFT if before else _CAME
    made = _kept(_key(f"{before}:{after}", first, second), statement, values)
    found = dict(made[(page - 1) * PAGE : page * PAGE])
    side = second if after else first
    rows = Decision.objects.filter(run=side.pk, benefit_id__in=list(found)).order_by("benefit_id")
    return [(each, tuple((found[each.benefit_id] or "").split())) for each in listed(rows)]


def _benefits(run: Run) -> int:
    """How many benefits of a run lie in the scope, by its kept counts."""
    prefix = str(current())[:COUNTED]
    rows = Count.objects.filter(run=run.pk, region__gte=prefix, region__lt=behind(prefix))
    return rows.aggregate(found=Sum("benefits"))["found"] or 0


def _key(what: str, first: Run, second: Run) -> str:
    asked = sha256(repr((what, first.content_hash, second.content_hash)).encode()).hexdigest()
    return f"moves:{first.pk}:{second.pk}:{current()}:{asked[:32]}"


def _kept(key: str, statement: str, values: Any) -> list[tuple[Any, ...]]:
    """Rows over two finished runs, read once for a scope: they hold codes and keys, no name and no number."""
    rows: list[tuple[Any, ...]] | None = caches["results"].get(key)
    if rows is None:
        with connection.cursor() as cursor:
            cursor.execute(statement, values)
            rows = cursor.fetchall()
        caches["results"].set(key, rows, _KEPT)
    return rows
