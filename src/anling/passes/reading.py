"""Passes for other systems, page by page in the scope of the transaction."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db.models import Exists, F, OuterRef
from django.db.models.fields.tuple_lookups import Tuple, TupleGreaterThan  # type: ignore[import-untyped]

from anling.audit import scope
from anling.passes.models import Cover, Revocation


def covers_after(
    last: tuple[int, int] | None, limit: int, *, benefit: int | None, way: str | None, since: datetime | None
) -> Sequence[Cover]:
    """At most `limit` covered benefits in the order of pass and benefit, each with `revoked`, after the last seen."""
    scope.current()
    given = {"benefit": benefit, "way": way, "recorded_at__gte": since}
    rows = Cover.objects.filter(**{name: value for name, value in given.items() if value is not None})
    if last is not None:
        rows = rows.filter(TupleGreaterThan(Tuple(F("made_id"), F("benefit_id")), last))
    revoked = Exists(Revocation.objects.filter(made=OuterRef("made_id")))
    return list(rows.annotate(revoked=revoked).order_by("made_id", "benefit_id")[:limit])
