"""In which language a person is written to: as they say themselves, or an officer for them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from anling.access.permissions import may
from anling.access.roles import Act
from anling.audit import scope
from anling.audit.kinds import Kind
from anling.audit.operations import Subject, record
from anling.audit.scope import province, within
from anling.audit.values import Actor, machine
from anling.audit.wording import worded
from anling.roster.errors import RosterError
from anling.roster.models import Benefit, Change, Language, Person
from anling.roster.queries import called

PAGE = machine("recipients' page")
FIELD = "language"


@transaction.atomic
def choose_language(*, person: int, language: str, by: Actor, at: datetime) -> Person:
    """Everything that a person is told from now on is in this language. Raises RosterError, also for another's person.

    What waits to be sent stays as it was written. Chosen again it changes nothing.
    """
    scope.current()
    _known(language)
    here = any(may(by, Act.CORRECT, region) for region in _paying(person))
    found = Person.objects.select_for_update().filter(pk=person, merged_into=None).first() if here else None
    if found is None:
        raise RosterError(
            worded("There is no person %(person)s in your region; look in the list of people.", person=person)
        )
    _write(found, language, by, at)
    return found


def choose_own_language(*, number: str, name: str, language: str, at: datetime) -> None:
    """The same by the person, on a page without an account; where number and name agree with nobody, nothing happens.

    Whoever asks is not told which of the two it was. Raises RosterError for a language without texts.
    """
    _known(language)
    with within(province()):
        for each in Person.objects.select_for_update().filter(pk__in=called(number, name)).order_by("pk"):
            _write(each, language, PAGE, at)


def _known(language: str) -> None:
    if language not in Language.values:
        raise RosterError(worded("There are no texts in this language."))


def _write(found: Person, language: str, by: Actor, at: datetime) -> None:
    if found.language == language:
        return
    before, found.language = found.language, language
    found.save(update_fields=[FIELD])
    regions = _paying(found.pk)
    Change.objects.bulk_create(
        Change(person=found, region=region, field=FIELD, before=before, after=language, at=at, doer=by.key,
               source=f"choice:{by.label}"[:80])
        for region in regions
    )  # fmt: skip
    record(
        Kind.LANGUAGE_CHOSEN, by=by, at=at, on=Subject("person", str(found.pk), regions[0]), before={FIELD: before},
        after={FIELD: language},
    )  # fmt: skip


def _paying(person: int) -> Sequence[str]:
    regions = Benefit.objects.filter(person_id=person).values_list("region", flat=True)
    return sorted(set(regions))
