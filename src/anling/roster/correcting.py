"""What an officer corrects by hand: of a person and of a benefit, checked by the rules of intake, with its history.

A later roster file that still carries the old value does not undo a correction in silence: it is a change in what the
check of that file shows before anything is written.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone

from anling.access.permissions import may
from anling.access.roles import Act
from anling.audit import scope
from anling.audit.kinds import Kind
from anling.audit.operations import Subject, record
from anling.audit.values import Actor, Scope
from anling.audit.wording import worded
from anling.roster.errors import CorrectionError, RosterError
from anling.roster.importing.finding import find_of
from anling.roster.importing.spelling import keys_of
from anling.roster.importing.writing import add_tokens
from anling.roster.masking import masked
from anling.roster.merging import take_lock
from anling.roster.models import Benefit, Change, IdentityNumber, Person, PersonName, SearchToken
from anling.rules.numbers import BIRTH_YEARS, IdNumber, IdStatus, IdType
from anling.territory import queries as places

PLACES = ("region", "residence_region", "unit", "agency", "phone", "address")
"""Fields of a benefit that are corrected by hand; months and amounts come with the next roster file."""

_MOST = {"unit": 40, "agency": 40, "phone": 40, "address": 200}
_CODE = re.compile(r"[0-9]{6}(?:[0-9]{3}){0,2}")


@dataclass(frozen=True, slots=True)
class Identity:
    """Who somebody is. number: as written on the document; sex: 1, 2 or 9."""

    name: str
    id_type: str
    id_number: str
    sex: int
    birth_date: date | None


def correct_person(*, person: int, said: Identity, reason: str, by: Actor, at: datetime) -> Person:
    """Write who somebody is; former numbers and names stay with the day on which they ended.

    Raises CorrectionError with a sentence per field, RosterError where nothing differs or the person is not there.
    """
    within = scope.current()
    _reasoned(reason)
    here = [region for region in _paying(person) if may(by, Act.CORRECT, region)]
    with scope.within(Scope(within.prefix[:2])):
        take_lock()
        found = Person.objects.select_for_update().filter(pk=person, merged_into=None).first() if here else None
        if found is None:
            raise RosterError(
                worded("There is no person %(person)s in your region; look in the list of people.", person=person)
            )
        number = IdNumber.read(said.id_number, _id_type(said.id_type))
        name = said.name.strip()
        _check_identity(found, said, name, number, timezone.localdate(at))
        key, sound = keys_of(name)
        written = {"id_type": said.id_type, "id_number": number.text, "name": name, "sex": said.sex,
                   "birth_date": said.birth_date}  # fmt: skip
        before, after = _differences(found, written)
        _keep_history(found, number, said.id_type, name, key, timezone.localdate(at))
        renamed = found.name_key != key
        for field, value in {**written, "id_valid": number.status is not IdStatus.INVALID, "name_key": key,
                             "pinyin": sound}.items():  # fmt: skip
            setattr(found, field, value)
        found.save()
        if renamed:
            Benefit.objects.filter(person=found).update(pinyin=sound)
            _new_tokens(found)
        for region in _paying(person):
            _note_changes(found, None, region, before, after, by, at)
        find_of([person], within, at)
        _record(Kind.PERSON_CORRECTED, Subject("person", str(person), here[0]), before, after, reason, by, at)
    return found


def correct_benefit(*, benefit: int, said: Mapping[str, str], reason: str, by: Actor, at: datetime) -> Benefit:
    """Write fields of PLACES. Raises CorrectionError with a sentence per field, RosterError as `correct_person`."""
    within = scope.current()
    _reasoned(reason)
    found = Benefit.objects.select_for_update().filter(pk=benefit).first()
    if found is None or not may(by, Act.CORRECT, found.region):
        raise RosterError(
            worded("There is no benefit %(benefit)s in your region; look in the list of people.", benefit=benefit)
        )
    written = {field: said[field].strip() for field in PLACES if field in said}
    _check_places(found, written, by, within)
    before, after = _differences(found, written)
    with scope.within(Scope(within.prefix[:2])):
        take_lock()
        Benefit.objects.filter(pk=benefit).update(**after)
        old_region, found = found.region, Benefit.objects.select_related("person").get(pk=benefit)
        if found.region != old_region:
            _new_tokens(found.person)
        _note_changes(found.person, found, found.region, before, after, by, at)
        find_of([found.person_id], within, at)
        _record(Kind.BENEFIT_CORRECTED, Subject("benefit", str(benefit), found.region), before, after, reason, by, at)
    return found


def _reasoned(reason: str) -> None:
    if not reason.strip():
        raise CorrectionError({"reason": worded("A reason is missing; say on what paper the correction rests.")})


def _paying(person: int) -> list[str]:
    regions: QuerySet[Benefit, str] = Benefit.objects.filter(person_id=person).values_list("region", flat=True)
    return sorted(set(regions))


def _id_type(code: str) -> IdType:
    try:
        return IdType(code)
    except ValueError:
        kinds = ", ".join(IdType)
        raise CorrectionError(
            {"id_type": worded("The kind of document is not known; choose one of %(kinds)s.", kinds=kinds)}
        ) from None


def _check_identity(found: Person, said: Identity, name: str, number: IdNumber, today: date) -> None:
    wrong = _wrong_name(name) | _wrong_number(number)
    if said.sex not in (1, 2, 9):
        wrong["sex"] = worded("The sex is none of 1 (male), 2 (female), 9 (unknown); choose one.")
    if said.birth_date and not (said.birth_date.year in BIRTH_YEARS and said.birth_date <= today):
        wrong["birth_date"] = worded(
            "The birth date lies before %(year)s or after today; correct it.", year=BIRTH_YEARS[0]
        )
    if "id_number" not in wrong and "name" not in wrong:
        twins = Person.objects.filter(id_number=number.text, name_key=keys_of(name)[0], merged_into=None)
        if twins.exclude(pk=found.pk).exists():
            wrong["id_number"] = worded("Another person bears this number and name already; merge the two instead.")
    if wrong:
        raise CorrectionError(wrong)


def _wrong_name(name: str) -> dict[str, str]:
    if not keys_of(name)[0]:
        return {"name": worded("The name is empty; write it as on the document.")}
    if len(name) > 50:
        return {"name": worded("The name has more than 50 characters; write it as on the document.")}
    return {}


def _wrong_number(number: IdNumber) -> dict[str, str]:
    if number.status is IdStatus.EMPTY:
        return {"id_number": worded("The number is empty; copy it from the document.")}
    if number.status is IdStatus.INVALID:
        return {"id_number": worded("The number fails its check; compare each digit with the document.")}
    if len(number.text) > 40:
        return {"id_number": worded("The number has more than 40 characters; compare it with the document.")}
    return {}


def _check_places(found: Benefit, written: dict[str, str], by: Actor, within: Scope) -> None:
    wrong = {}
    for field, most in _MOST.items():
        if len(written.get(field, "")) > most:
            wrong[field] = worded("It has more than %(most)s characters; shorten it.", most=most)
    region = written.get("region", found.region)
    if not _CODE.fullmatch(region) or places.region_of(region) is None:
        wrong["region"] = worded("No region has this code of 6, 9 or 12 digits; look it up under Places.")
    elif not within.contains(region) or not may(by, Act.CORRECT, region):
        wrong["region"] = worded("The region is not yours; an officer of both regions can move the benefit there.")
    if written.get("residence_region") and not _CODE.fullmatch(written["residence_region"]):
        wrong["residence_region"] = worded(
            "A region has 6, 9 or 12 digits; look it up under Places, or leave it empty."
        )
    if written.get("unit") and places.unit(written["unit"]) is None and places.units().exists():
        wrong.setdefault("unit", worded("No unit has this code; look it up under Places, or add the unit there."))
    known = places.agencies()
    if written.get("agency") and known.exists() and not known.filter(pk=written["agency"]).exists():
        wrong.setdefault("agency", worded("No agency has this code; look it up in the list of agencies."))
    if wrong:
        raise CorrectionError(wrong)


def _differences(found: Any, written: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    after = {field: value for field, value in written.items() if getattr(found, field) != value}
    if not after:
        raise RosterError(worded("Nothing differs from what is there; change a field, or leave the page."))
    return {field: getattr(found, field) for field in after}, after


def _keep_history(found: Person, number: IdNumber, id_type: str, name: str, key: str, today: date) -> None:
    numbers = IdentityNumber.objects.filter(person=found, valid_to=None)
    if (number.text, id_type) != (found.id_number, found.id_type):
        numbers.filter(canonical=found.id_number).update(valid_to=today)
        if not numbers.filter(canonical=number.text, id_type=id_type).exists():
            IdentityNumber.objects.create(
                person=found, id_type=id_type, canonical=number.text, raw=number.raw[:60], derived=number.derived,
                valid_from=today,
            )  # fmt: skip
    names = PersonName.objects.filter(person=found, valid_to=None)
    if name != found.name:
        names.filter(name=found.name).update(valid_to=today)
        if not names.filter(name=name).exists():
            PersonName.objects.create(person=found, name=name, name_key=key, valid_from=today)


def _new_tokens(person: Person) -> None:
    SearchToken.objects.filter(person=person).delete()
    add_tokens(person.pk)


def _note_changes(
    person: Person, benefit: Benefit | None, region: str, before: Mapping[str, Any], after: Mapping[str, Any],
    by: Actor, at: datetime,
) -> None:  # fmt: skip
    source = f"correction:{by.label}"[:80]
    values = {"person": person, "benefit": benefit, "region": region, "at": at, "doer": by.key, "source": source}
    Change.objects.bulk_create(
        Change(**values, field=field, before=_text(before[field]), after=_text(value)) for field, value in after.items()
    )


def _text(value: Any) -> str:
    return "" if value is None else str(value)


def _record(
    kind: Kind, on: Subject, before: Mapping[str, Any], after: Mapping[str, Any], reason: str, by: Actor, at: datetime
) -> None:
    shown = [{field: masked(field, _text(value)) for field, value in side.items()} for side in (before, after)]
    record(kind, by=by, at=at, on=on, before=shown[0], after=shown[1], reason=reason)
