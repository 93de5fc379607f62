"""Two records of one human made one, and taken apart again: what moved is kept row by row (platform.md, "People").

Both people are looked at in the whole province, as imports do, so that nobody merges half of a person; whoever merges
must be allowed to correct in every region that pays either of them.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import connection
from django.db.models import Max, Q

from anling.access.permissions import may
from anling.access.roles import Act
from anling.audit import scope
from anling.audit.kinds import Kind
from anling.audit.locks import MERGING
from anling.audit.operations import Subject, record
from anling.audit.values import Actor, Scope
from anling.audit.wording import worded
from anling.roster.errors import RosterError
from anling.roster.importing.finding import find_of
from anling.roster.importing.writing import add_tokens
from anling.roster.models import (
    Benefit,
    Change,
    Finding,
    FindingState,
    IdentityNumber,
    Merge,
    Person,
    PersonName,
    SearchToken,
)  # fmt: skip
from anling.roster.wording import FIELDS

_MOVED: dict[str, Any] = {
    "numbers": IdentityNumber, "names": PersonName, "tokens": SearchToken, "changes": Change, "benefits": Benefit,
}  # fmt: skip
"""In this order: numbers and names may be written only while their old owner still has a benefit."""

_CODE_LENGTHS = (12, 9, 6, 4, 2)


def merge_people(*, keep: int, other: int, reason: str, by: Actor, at: datetime, confirmed: bool = False) -> Merge:
    """Give everything of `other` to `keep`. confirmed: the officer knows that both numbers pass their check and differ.

    Raises RosterError where one of them is not there or merged already, where another region pays one of them, and
    where two valid numbers speak against it and nobody has confirmed.
    """
    within = scope.current()
    if not reason.strip():
        raise RosterError(worded("A reason is missing; say why both are one person."))
    with scope.within(Scope(within.prefix[:2])):
        take_lock()
        kept, gone = _pair(keep, other)
        regions = _regions_of(by, kept, gone)
        if both_valid(kept, gone) and not confirmed:
            raise RosterError(
                worded("Both numbers pass their check and differ; confirm that they belong to one person.")
            )
        moved = _move(kept, gone, reason, by, at)
        made = Merge.objects.create(
            region=shared_region(regions), keep=kept, other=gone, moved=moved, reason=reason, at=at, doer=by.key,
            label=by.label,
        )  # fmt: skip
        find_of([keep, other], within, at)
        record(
            Kind.PEOPLE_MERGED, by=by, at=at, on=Subject("person", str(keep), made.region), reason=reason,
            before={"people": [keep, other]}, after={"merge": made.pk, "kept": keep, "merged": other, **counts(made)},
        )  # fmt: skip
    return made


def undo_merge(*, merge: int, reason: str, by: Actor, at: datetime) -> Merge:
    """Take a merge apart exactly. Raises RosterError, which names what has happened since, where that cannot be."""
    within = scope.current()
    if not reason.strip():
        raise RosterError(worded("A reason is missing; say why the two are not one person."))
    with scope.within(Scope(within.prefix[:2])):
        take_lock()
        made = Merge.objects.select_for_update().filter(pk=merge).first()
        if made is None or not may(by, Act.CORRECT, made.region) or not within.contains(made.region):
            raise RosterError(
                worded("There is no merge %(merge)s in your region; look in the list of what is settled.", merge=merge)
            )
        _refuse_unpaid(made)
        kept, gone = made.keep, made.other
        _refuse_later(made)
        _regions_of(by, kept, kept)
        _move_back(made, kept, gone)
        made.undone_at, made.undone_label, made.undone_reason = at, by.label, reason
        made.save()
        find_of([kept.pk, gone.pk], within, at)
        record(
            Kind.MERGE_UNDONE, by=by, at=at, on=Subject("person", str(kept.pk), made.region), reason=reason,
            before={"merge": made.pk, "kept": kept.pk}, after={"people": [kept.pk, gone.pk], **counts(made)},
        )  # fmt: skip
    return made


def both_valid(one: Person, two: Person) -> bool:
    """Whether two numbers pass their check and differ, which speaks against one human."""
    return one.id_valid and two.id_valid and one.id_number != two.id_number


def counts(made: Merge) -> dict[str, int]:
    """How many rows a merge moved, by kind."""
    return {name: len(made.moved[name]) for name in ("benefits", "numbers", "names", "changes")}


def shared_region(regions: set[str]) -> str:
    """The narrowest prefix of region codes in which all of them lie."""
    first, last = min(regions), max(regions)
    return next(first[:length] for length in _CODE_LENGTHS if len(first) >= length and last[:length] == first[:length])


def take_lock() -> None:
    """Nobody else rewrites people until the transaction ends. Raises RosterError while a roster file is applied."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [MERGING])
        if not cursor.fetchone()[0]:
            raise RosterError(worded("The roster is being changed by somebody else right now; try again in a minute."))
        # an import that was checked before looks again at what it would change
        cursor.execute("SELECT nextval('roster_applied_seq')")


def _not_here(key: int) -> RosterError:
    return RosterError(worded("There is no person %(key)s in your region; reload the queue.", key=key))


def _pair(keep: int, other: int) -> tuple[Person, Person]:
    if keep == other:
        raise RosterError(worded("One person cannot be merged with themselves; choose two."))
    found = {each.pk: each for each in Person.objects.select_for_update().filter(pk__in=(keep, other)).order_by("pk")}
    for key in (keep, other):
        if key not in found:
            raise _not_here(key)
        into = found[key].merged_into_id
        if into:
            raise RosterError(
                worded("Person %(key)s was merged into person %(into)s already; merge that one.", key=key, into=into)
            )
    return found[keep], found[other]


def _regions_of(by: Actor, *people: Person) -> set[str]:
    paid = Benefit.objects.filter(person__in=people).values_list("person_id", "region")
    here = {region for _, region in paid if may(by, Act.CORRECT, region)}
    for key in {person.pk for person in people}:
        if not {region for who, region in paid if who == key} & here:
            raise _not_here(key)
    if {region for _, region in paid} - here:
        raise RosterError(
            worded("Another region pays one of the two as well; an officer of both regions can merge them.")
        )
    return here


def _move(kept: Person, gone: Person, reason: str, by: Actor, at: datetime) -> dict[str, Any]:
    heirs = Person.objects.filter(merged_into=gone)
    moved: dict[str, Any] = {"merged": list(heirs.values_list("pk", flat=True))}
    moved["had"] = sorted(Benefit.objects.filter(person=kept).values_list("pk", flat=True))
    moved["pinyin"] = dict(Benefit.objects.filter(person=gone).values_list("pk", "pinyin"))
    concerned = Finding.objects.filter(Q(person__in=(kept, gone)) | Q(other__in=(kept, gone)))
    moved["findings"] = list(concerned.filter(state=FindingState.OPEN).order_by("pk").values_list("pk", flat=True))
    last = Change.objects.filter(person__in=(kept, gone)).aggregate(last=Max("pk"))["last"]
    moved["last_change"] = last or 0
    moved["people"] = {str(each.pk): _said(each) for each in (kept, gone)}
    heirs.update(merged_into=kept)
    gone.merged_into = kept
    gone.save(update_fields=["merged_into"])
    for name, model in _MOVED.items():
        rows = model.objects.filter(person=gone)
        moved[name] = sorted(rows.values_list("pk", flat=True))
        rows.update(person=kept)
    Benefit.objects.filter(pk__in=moved["benefits"]).update(pinyin=kept.pinyin)
    moved["added"] = add_tokens(kept.pk)
    pair = Finding.objects.filter(person__in=(kept, gone), other__in=(kept, gone), state=FindingState.OPEN)
    pair.update(state=FindingState.SETTLED, note=reason, ended_at=at, ended_label=by.label)
    return moved


def _said(person: Person) -> list[str]:
    return [person.id_type, person.id_number, person.name, str(person.sex), str(person.birth_date)]


def _refuse_unpaid(made: Merge) -> None:
    """A later roster may give all benefits of the merged person to somebody else; then nobody sees either record."""
    if Person.objects.filter(pk__in=(made.keep_id, made.other_id)).count() < 2:
        raise RosterError(
            worded("Nobody pays the merged person any more; correct whoever has their benefits now instead.")
        )


def _refuse_later(made: Merge) -> None:
    """Whatever has happened to the two since, and would be lost or given to the wrong one."""
    if made.undone_at:
        raise RosterError(worded("Merge %(merge)s was undone already; reload the list.", merge=made.pk))
    kept = made.keep
    if kept.merged_into_id:
        raise RosterError(
            worded("Person %(key)s was merged into person %(into)s since; undo that first.", key=kept.pk,
                 into=kept.merged_into_id)
        )  # fmt: skip
    later = Merge.objects.filter(keep=kept, undone_at=None, pk__gt=made.pk).order_by("-pk").first()
    if later:
        raise RosterError(
            worded("Person %(key)s was merged into the same person since; undo merge %(merge)s first.",
                 key=later.other_id, merge=later.pk)
        )  # fmt: skip
    changed = Change.objects.filter(person=kept, pk__gt=made.moved["last_change"]).first()
    if changed or _said(kept) != made.moved["people"][str(kept.pk)]:
        if changed:
            raise RosterError(
                worded("The field %(field)s of the merged person was changed since; correct the person instead.",
                     field=FIELDS.get(changed.field, changed.field))
            )  # fmt: skip
        raise RosterError(worded("The merged person was changed since; correct the person instead."))
    now = dict(Benefit.objects.filter(person=kept).values_list("pk", "benefit_no"))
    expected = {*made.moved["had"], *made.moved["benefits"]}
    for key in now.keys() ^ expected:
        raise RosterError(
            worded("Benefit %(benefit)s has come to or left the merged person since; correct the person instead.",
                 benefit=now.get(key, key))
        )  # fmt: skip


def _move_back(made: Merge, kept: Person, gone: Person) -> None:
    moved = made.moved
    SearchToken.objects.filter(pk__in=moved["added"], person=kept).delete()
    for name in reversed(_MOVED):
        _MOVED[name].objects.filter(pk__in=moved[name], person=kept).update(person=gone)
    for benefit, pinyin in moved["pinyin"].items():
        Benefit.objects.filter(pk=int(benefit)).update(pinyin=pinyin)
    Person.objects.filter(pk__in=moved["merged"]).update(merged_into=gone)
    Person.objects.filter(pk=gone.pk).update(merged_into=None)
    Finding.objects.filter(pk__in=moved["findings"], ended_at=made.at).update(
        state=FindingState.OPEN, note="", ended_at=None, ended_label=""
    )
