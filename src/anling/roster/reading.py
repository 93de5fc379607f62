"""Pages of people and benefits for other systems: by internal id or exact number, in the scope of the transaction."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db.models import F
from django.db.models.fields.tuple_lookups import Tuple, TupleGreaterThan  # type: ignore[import-untyped]

from anling.audit import scope
from anling.roster.models import Benefit, Person

_ABOVE_EVERY_CODE = "9" * 12


def person(person_id: int) -> Person | None:
    """The person, or None where nobody of that id is paid in the scope."""
    scope.current()
    return Person.objects.filter(pk=person_id).first()


def people_after(last: int, limit: int) -> Sequence[Person]:
    """At most `limit` people of the scope after an id (0 for the first)."""
    scope.current()
    return list(Person.objects.filter(pk__gt=last).order_by("pk")[:limit])


def people_since(since: datetime, last: tuple[datetime, int] | None, limit: int) -> Sequence[Person]:
    """At most `limit` people of the scope written since a moment, in that order, after the last one seen."""
    scope.current()
    rows = Person.objects.filter(updated_at__gte=since)
    if last is not None:
        rows = rows.filter(TupleGreaterThan(Tuple(F("updated_at"), F("id")), last))
    return list(rows.order_by("updated_at", "id")[:limit])


def people_by_number(id_type: str, number: str, limit: int) -> Sequence[Person]:
    """People of the scope who bear that number (canonical form); more than one where a number is shared."""
    scope.current()
    return list(Person.objects.filter(id_number=number, id_type=id_type).order_by("pk")[:limit])


def benefit(benefit_id: int) -> Benefit | None:
    """The benefit, or None where the scope has none of that id."""
    scope.current()
    return Benefit.objects.filter(pk=benefit_id).first()


def benefits_of(person_id: int, limit: int, *, after: int = 0) -> Sequence[Benefit]:
    """At most `limit` benefits of a person that are paid in the scope, after an id (0 for the first)."""
    scope.current()
    return list(Benefit.objects.filter(person_id=person_id, pk__gt=after).order_by("pk")[:limit])


def benefits_after(
    last: tuple[str, int] | None,
    limit: int,
    *,
    unit: str | None = None,
    scheme: str | None = None,
    pay_status: str | None = None,
) -> Sequence[Benefit]:
    """At most `limit` benefits of the scope in the order of region and id, after the last one seen.

    The bounds on the region repeat what row security says in a form for which PostgreSQL has an index.
    """
    prefix = scope.current().prefix
    bounds = {"region__gte": prefix, "region__lte": (prefix + _ABOVE_EVERY_CODE)[:12]}
    given = {"unit": unit, "scheme": scheme, "pay_status": pay_status}
    rows = Benefit.objects.filter(**bounds, **{field: value for field, value in given.items() if value is not None})
    if last is not None:
        rows = rows.filter(TupleGreaterThan(Tuple(F("region"), F("id")), last))
    return list(rows.order_by("region", "id")[:limit])


def benefits_since(
    since: datetime,
    last: tuple[datetime, int] | None,
    limit: int,
    *,
    unit: str | None = None,
    scheme: str | None = None,
    pay_status: str | None = None,
) -> Sequence[Benefit]:
    """At most `limit` benefits of the scope written since a moment, in that order, after the last one seen."""
    scope.current()
    given = {"unit": unit, "scheme": scheme, "pay_status": pay_status}
    rows = Benefit.objects.filter(
        updated_at__gte=since, **{field: value for field, value in given.items() if value is not None}
    )
    if last is not None:
        rows = rows.filter(TupleGreaterThan(Tuple(F("updated_at"), F("id")), last))
    return list(rows.order_by("updated_at", "id")[:limit])
