"""Units, agencies and outlets: added and changed one by one, or from a list that an agency keeps."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any, TypeVar

from django.core.exceptions import ValidationError
from django.db import transaction

from anling.access.permissions import require
from anling.access.roles import Act
from anling.audit.kinds import Kind
from anling.audit.operations import Subject, record
from anling.audit.values import Actor
from anling.audit.wording import worded
from anling.territory.errors import TerritoryError
from anling.territory.lists import PlaceList
from anling.territory.models import Agency, Outlet, Region, Unit

Place = Agency | Unit | Outlet
_P = TypeVar("_P", bound=Place)
_MODELS: dict[str, type[Any]] = {"agencies": Agency, "units": Unit, "outlets": Outlet}


@dataclass(frozen=True, slots=True)
class Loaded:
    """What a list changed: counts of rows."""

    added: int
    changed: int
    unchanged: int


@dataclass(frozen=True, slots=True)
class Plan:
    """What a list would change. added: fields by column; changed: each place as it is, and the fields that differ."""

    added: tuple[dict[str, Any], ...]
    changed: tuple[tuple[Place, dict[str, Any]], ...]
    unchanged: int

    @property
    def counts(self) -> Loaded:
        """As numbers of rows."""
        return Loaded(len(self.added), len(self.changed), self.unchanged)


@dataclass(frozen=True, slots=True)
class OutletFacts:
    """What is said of an outlet beside its code; region: a code that holds today, latitude and longitude: degrees."""

    name: str
    region: str
    address: str
    phone: str = ""
    hours: str = ""
    terminal: bool = False
    latitude: Decimal | None = None
    longitude: Decimal | None = None
    valid_to: date | None = None


@transaction.atomic
def save_unit(*, code: str, name: str, kind: str, region: str, phone: str = "", by: Actor, at: datetime) -> Unit:
    """Add a managing unit, or change the one with this code (N-B3). Raises TerritoryError, NotAllowedError."""
    return _saved(Unit, code, {"name": name, "kind": kind, "region_id": region, "phone": phone}, by, at)


@transaction.atomic
def save_outlet(*, code: str, facts: OutletFacts, by: Actor, at: datetime) -> Outlet:
    """Add an outlet, or change the one with this code (N-B4); closing it is a last day. Raises as save_unit."""
    fields = asdict(facts)
    fields["region_id"] = fields.pop("region")
    return _saved(Outlet, code, fields, by, at)


def plan_list(*, given: PlaceList, by: Actor) -> Plan:
    """What bringing places to a list would change, without changing it. Raises as `load_list`."""
    model = _MODELS[given.kind]
    _check_regions(given)
    before: dict[str, Place] = model._default_manager.in_bulk([row.fields["code"] for row in given.rows])
    for region in {str(row.fields["region_id"]) for row in given.rows} | {old.region_id for old in before.values()}:
        require(by, Act.IMPORT, region)
    added = tuple(row.fields for row in given.rows if row.fields["code"] not in before)
    changed = tuple(
        (old, _differing(old, row.fields))
        for row in given.rows
        if (old := before.get(row.fields["code"])) is not None and _differing(old, row.fields)
    )
    return Plan(added, changed, len(given.rows) - len(added) - len(changed))


@transaction.atomic
def load_list(*, given: PlaceList, by: Actor, at: datetime) -> Loaded:
    """Bring units, agencies or outlets to a list: rows are added or changed, none is removed; all or nothing.

    The doer must be allowed to import in the region of every row. One entry in the trail, with count and hash.
    """
    model = _MODELS[given.kind]
    plan = plan_list(given=given, by=by)
    model._default_manager.bulk_create([model(**fields) for fields in plan.added], batch_size=2000)
    if plan.changed:
        model._default_manager.bulk_update(
            [_set(old, fields) for old, fields in plan.changed],
            [name for name in given.columns if name != "code"], batch_size=2000,
        )  # fmt: skip
    done = plan.counts
    record(
        Kind.TERRITORY_LOADED, by=by, at=at, on=Subject(model._meta.model_name or "", given.source),
        after=asdict(done), rows=done.added + done.changed, content_hash=given.content_hash,
    )  # fmt: skip
    return done


def _saved(model: type[_P], code: str, fields: dict[str, Any], by: Actor, at: datetime) -> _P:
    """One place, as it now is, with its entry; nothing is written where nothing changes."""
    code = code.strip()
    if not code or not str(fields["name"]).strip():
        raise TerritoryError(worded("A code and a name are needed; fill in both fields."))
    manager: Any = model._default_manager
    old: _P | None = manager.select_for_update().filter(pk=code).first()
    for region in {fields["region_id"]} | ({old.region_id} if old else set()):
        require(by, Act.CORRECT, region)
    _check_region(fields["region_id"])
    changed = {name: value for name, value in fields.items() if old is None or getattr(old, name) != value}
    if old and not changed:
        return old
    before = {name: _plain(getattr(old, name)) for name in changed} if old else None
    place = _set(old or model(code=code), changed)
    _check_fields(place)
    place.save()
    kind = Kind.OUTLET_CHANGED if model is Outlet else Kind.UNIT_CHANGED
    after = {name: _plain(value) for name, value in changed.items()}
    subject = Subject(model._meta.model_name or "", code, fields["region_id"])
    record(kind, by=by, at=at, on=subject, before=before, after=after)
    return place


def _check_fields(place: Place) -> None:
    """Lengths and ranges of the columns, answered with the field's name."""
    empty = {field.name for field in place._meta.fields if field.null and getattr(place, field.attname) is None}
    try:
        place.clean_fields(exclude=empty)
    except ValidationError as error:
        field, sentences = next(iter(error.message_dict.items()))
        raise TerritoryError(worded("%(field)s: %(problem)s", field=field, problem=sentences[0])) from None


def _check_region(code: str) -> None:
    found = Region.objects.filter(pk=code).first()
    if found is None:
        raise TerritoryError(
            worded("Region %(region)s is not known; write its code of 6, 9 or 12 digits.", region=repr(code))
        )
    if found.valid_to is not None:
        raise TerritoryError(
            worded(
                "Region %(region)s has gone; write %(successor)s instead.", region=code, successor=found.successor_id
            )
        )


def _check_regions(given: PlaceList) -> None:
    known = dict(
        Region.objects.filter(code__in={row.fields["region_id"] for row in given.rows}).values_list(
            "code", "successor_id"
        )
    )
    for row in given.rows:
        code = row.fields["region_id"]
        if code not in known:
            remedy = worded("write its code of 6, 9 or 12 digits")
        elif known[code]:
            remedy = worded("its code has gone, write %(successor)s", successor=known[code])
        else:
            continue
        raise TerritoryError(
            worded("%(file)s, row %(row)s: region %(region)s is not valid; %(remedy)s.", file=given.source,
                   row=row.number, region=repr(code), remedy=remedy)
        )  # fmt: skip


def _differing(old: Place, fields: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in fields.items() if getattr(old, name) != value}


def _set(place: _P, fields: dict[str, Any]) -> _P:
    for name, value in fields.items():
        setattr(place, name, value)
    return place


def _plain(value: object) -> object:
    """As JSON writes it."""
    return value if value is None or isinstance(value, str | bool | int) else str(value)
