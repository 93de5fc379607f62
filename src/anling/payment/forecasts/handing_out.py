"""People of a forecast become somebody's work: by unit, village or next way, as cases of an officer (N-B3, N-B5)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext

from anling.access.permissions import require
from anling.access.roles import Act
from anling.audit import scope
from anling.audit.values import Actor
from anling.casework.models import Case, CaseKind, CaseState
from anling.casework.operations import assign_many, open_case
from anling.casework.queries.wanted import Wanted as CasesWanted
from anling.payment.errors import PaymentError
from anling.payment.forecasts.ahead import Wanted, lines
from anling.payment.models import Forecast

MOST_AT_ONCE = 300
"""People of one hand-out; whoever has more narrows the list to a unit or village."""
_NOBODYS = (CaseState.OPEN, CaseState.RETURNED)


@dataclass(frozen=True, slots=True)
class HandedOut:
    """What became of the people: cases given to the officer, how many of them new, people others work on already."""

    given: int
    opened: int
    left: int


@transaction.atomic
def hand_out(*, forecast: Forecast, wanted: Wanted, to: str, note: str, by: Actor, at: datetime) -> HandedOut:
    """Give the people of a filter to an officer, each as a case; one is opened where a person has none.

    Whose case is in somebody's hands, or waits for a second officer, is left to them. Raises NotAllowedError;
    PaymentError for nobody or too many; CaseError where the officer may not work there.
    """
    within = scope.current().prefix
    region = wanted.region if wanted.region.startswith(within) else within
    require(by, Act.WORK_CASES, region)
    people = sorted(set(lines(forecast, wanted).order_by().values_list("person_id", "region")))
    if not people:
        raise PaymentError(gettext("Nobody fits this filter any more; make a new forecast."))
    if len(people) > MOST_AT_ONCE:
        raise PaymentError(
            gettext("%(count)s people are more than %(most)s; narrow the list to a unit, a village or a way.")
            % {"count": len(people), "most": MOST_AT_ONCE}
        )
    cases, opened, left = [], 0, 0
    known = {
        (case.person_id, case.region): case
        for case in Case.objects.filter(person__in={person for person, _region in people}).exclude(
            state=CaseState.CLOSED
        )
    }
    for person, place in people:
        case = known.get((person, place))
        if case is None:
            case = open_case(person=person, region=place, kind=CaseKind.REPORT, note=note, by=by, at=at)
            opened += 1
        elif case.assignee or case.state not in _NOBODYS:
            left += 1
            continue
        cases.append(case.pk)
    if not cases:
        raise PaymentError(gettext("All of them are in somebody's hands already."))
    given = assign_many(wanted=CasesWanted(region=region), keys=cases, to=to, note=note, by=by, at=at)
    return HandedOut(given, opened, left)
