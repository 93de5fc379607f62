"""Reads of the roster: imports, lists of benefits with their people, one person; all within the scope of the caller."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import Q, QuerySet
from django.utils.functional import cached_property

from anling.audit import scope
from anling.roster.importing.spelling import agreeing, sort_key
from anling.roster.importing.watching import heard
from anling.roster.models import Benefit, Change, Finding, FindingState, Merge, Person, RosterImport, SearchToken
from anling.rules.names import masked_name, match_key
from anling.rules.numbers import canonical, masked

COUNTED = 10_000
"""Rows up to which a list is counted; what is longer says so, since counting a million takes longer than reading 50."""

PER_PAGE = 50
_LAST = "~"
"""Sorts after every digit: the end of a range of region codes."""


class LongPaginator(Paginator):  # type: ignore[type-arg]  # no generic class when the program runs
    """Pages of a list that is counted no further than `COUNTED`; whoever needs more narrows the search."""

    @cached_property
    def count(self) -> int:
        """Rows, at most COUNTED."""
        rows: QuerySet[Any] = self.object_list  # type: ignore[assignment]
        return min(len(rows.order_by().values_list("pk", flat=True)[: COUNTED + 1]), COUNTED)

    @property
    def more(self) -> bool:
        """Whether there may be more rows than are counted."""
        return self.count == COUNTED


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a list of people is asked for; empty means any. text: a name, a part of one, or a number in full."""

    text: str = ""
    region: str = ""
    scheme: str = ""
    status: str = ""
    unit: str = ""

    def told(self) -> dict[str, str]:
        """What was asked for, as an entry of the trail tells it: nobody is named in it."""
        asked = {name: value for name in self.__dataclass_fields__ if (value := getattr(self, name))}
        return {**asked, "text": text_told(self.text)} if self.text else asked


def text_told(text: str) -> str:
    """A search text as the trail tells it: a number masked, of a name its first character."""
    return masked(canonical(text)) if re.search(r"[0-9]", text) else masked_name(text)


def people(wanted: Wanted) -> QuerySet[Benefit]:
    """Benefits with their people, sorted by pinyin."""
    within = scope.current().prefix
    region = wanted.region if wanted.region.startswith(within) else within
    found = Benefit.objects.filter(region__gte=region, region__lt=region + _LAST)
    if wanted.region and not wanted.region.startswith(within):
        found = found.none()
    named = {"scheme": wanted.scheme, "pay_status": wanted.status, "unit": wanted.unit}
    found = found.filter(**{name: value for name, value in named.items() if value})
    text = wanted.text.strip()
    if text:
        found = _numbered(found, text) if re.search(r"[0-9]", text) else _named(found, text, region)
    return found.select_related("person").order_by("pinyin", "id")


def called(number: str, name: str) -> list[int]:
    """People who bear a number today and whose name agrees, as somebody types both who is not signed in."""
    held = Q(id_number=canonical(number)) | Q(numbers__canonical=canonical(number), numbers__valid_to=None)
    people = Person.objects.filter(held, name_key=match_key(name), merged_into=None)
    return sorted(set(people.values_list("pk", flat=True)))


def page(rows: QuerySet[Any], number: object) -> Page[Any]:
    """One page of a list; a number that makes no sense is the first or the last."""
    return LongPaginator(rows, PER_PAGE).get_page(number)  # type: ignore[arg-type]


def _numbered(rows: QuerySet[Benefit], text: str) -> QuerySet[Benefit]:
    """By identity number, today's or a former one, by the agency's number of the person, or by that of the benefit."""
    holders = Person.objects.filter(numbers__canonical=canonical(text)).values_list("pk", flat=True)
    keys = {*Benefit.objects.filter(person_id__in=list(holders[:100])).values_list("pk", flat=True)}
    keys |= {*Benefit.objects.filter(person_no=text).values_list("pk", flat=True)[:1000]}
    keys |= {*Benefit.objects.filter(benefit_no=text).values_list("pk", flat=True)}
    return rows.filter(pk__in=keys)


def _named(rows: QuerySet[Benefit], text: str, region: str) -> QuerySet[Benefit]:
    key = agreeing(match_key(text))
    if key.isascii():
        sound = key.lower()
        found = _tokens(key.split()[0], region) if key else SearchToken.objects.none()
        spelled = rows.filter(pinyin__gte=sound, pinyin__lt=sound + _LAST)
        return spelled if spelled.exists() else rows.filter(person_id__in=found)
    joined = key.replace("·", "")
    if len(joined) == 1:
        sound = sort_key(joined)
        after = chr(ord(joined) + 1)
        return rows.filter(
            pinyin__gte=sound, pinyin__lt=sound + _LAST, person__name_key__gte=joined, person__name_key__lt=after
        )
    for place in range(min(len(joined) - 1, 3)):
        rows = rows.filter(person_id__in=_tokens(joined[place : place + 2], region))
    return rows


def _tokens(token: str, region: str) -> QuerySet[SearchToken]:
    found = SearchToken.objects.filter(token=token, region__gte=region, region__lt=region + _LAST)
    return found.values("person_id")  # type: ignore[return-value]


def person(key: int) -> Person | None:
    """A person whom the scope sees, with histories and benefits."""
    scope.current()
    return Person.objects.prefetch_related("numbers", "names", "benefits", "findings").filter(pk=key).first()


def changes(key: int) -> QuerySet[Change]:
    """What has changed of a person and their benefits, the newest first."""
    scope.current()
    return Change.objects.filter(person_id=key).select_related("benefit").order_by("-at", "-id")


def applied_so_far(key: int) -> tuple[int, int]:
    """Rows written and rows to write of an import that is applied right now; 0 and 0 where none is."""
    scope.current()
    return heard(key)


def imports() -> QuerySet[RosterImport]:
    """Imports of the region, the newest first."""
    scope.current()
    return RosterImport.objects.order_by("-id")


def roster_import(key: int) -> RosterImport | None:
    """One import of the region."""
    return imports().filter(pk=key).first()


def findings(kind: str) -> QuerySet[Finding]:
    """What is to be cleaned up of one kind, the oldest first."""
    scope.current()
    open_ones = Finding.objects.filter(state=FindingState.OPEN, kind=kind)
    return open_ones.select_related("person").order_by("id")


def chosen_findings(kind: str, keys: Collection[int]) -> list[Finding]:
    """Findings of one kind by their keys, open or settled meanwhile, with people and benefits; the oldest first."""
    scope.current()
    found = Finding.objects.filter(kind=kind, pk__in=keys)
    return list(found.select_related("person", "benefit").order_by("id"))


def queues(kinds: tuple[str, ...]) -> Mapping[str, int]:
    """How many findings are open of each kind, at most `COUNTED`."""
    scope.current()
    return {kind: LongPaginator(findings(kind), PER_PAGE).count for kind in kinds}


def finding(key: int) -> Finding | None:
    """One finding of the region."""
    scope.current()
    return Finding.objects.select_related("person", "benefit").filter(pk=key).first()


def side_by_side(found: Finding) -> list[Person]:
    """The people of a finding whom the scope sees; somebody whom only another region pays is not among them."""
    scope.current()
    keys = [key for key in (found.person_id, found.other_id) if key]
    return list(Person.objects.prefetch_related("benefits", "numbers", "names").filter(pk__in=keys).order_by("pk"))


def merges() -> QuerySet[Merge]:
    """Merges of the region with both people, the newest first, undone or not."""
    scope.current()
    return Merge.objects.select_related("keep", "other").order_by("-id")


def merge(key: int) -> Merge | None:
    """One merge of the region."""
    return merges().filter(pk=key).first()


def merges_of(person_id: int) -> QuerySet[Merge]:
    """Merges in which a person was kept or went."""
    return merges().filter(Q(keep_id=person_id) | Q(other_id=person_id))


def settled() -> QuerySet[Finding]:
    """Findings that an officer settled, the newest first."""
    scope.current()
    return Finding.objects.filter(state=FindingState.SETTLED).select_related("person").order_by("-ended_at", "-id")


def benefit(key: int) -> Benefit | None:
    """One benefit of the region with its person."""
    scope.current()
    return Benefit.objects.select_related("person").filter(pk=key).first()


def benefit_by_no(benefit_no: str) -> Benefit | None:
    """One benefit of the region by its number, with its person."""
    scope.current()
    return Benefit.objects.select_related("person").filter(benefit_no=benefit_no).first()
