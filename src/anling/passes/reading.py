"""Passes for other systems, page by page in the scope of the transaction."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db.models import F, OuterRef, Q, Subquery
from django.db.models.fields.tuple_lookups import Tuple, TupleGreaterThan  # type: ignore[import-untyped]

from anling.audit import scope
from anling.passes.models import Cover, Revocation


def covers_after(
    last: tuple[int, int] | None, limit: int, *, benefit: int | None, way: str | None, since: datetime | None
) -> Sequence[Cover]:
    """At most `limit` covered benefits in the order of pass and benefit, each with `revoked_at`, after the last seen.

    since: recorded or revoked at or after it.
    """
    scope.current()
    given = {"benefit": benefit, "way": way}
    rows = Cover.objects.filter(**{name: value for name, value in given.items() if value is not None})
    if last is not None:
        rows = rows.filter(TupleGreaterThan(Tuple(F("made_id"), F("benefit_id")), last))
    if since is not None:
        revoked = Revocation.objects.filter(at__gte=since).values("made")
        rows = rows.filter(Q(recorded_at__gte=since) | Q(made__in=revoked))
    revoked_at = Revocation.objects.filter(made=OuterRef("made_id")).values("at")
    return list(rows.annotate(revoked_at=Subquery(revoked_at)).order_by("made_id", "benefit_id")[:limit])
