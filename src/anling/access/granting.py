"""Grants: a role in a region for a time. Leave and substitution are nothing but dated grants (platform.md)."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext

from anling.access.errors import AccessError
from anling.access.models import Grant, Officer
from anling.access.permissions import require
from anling.access.roles import WITHOUT_REGION, Act, Role
from anling.audit.kinds import Kind
from anling.audit.operations import Subject, record
from anling.audit.values import Actor, Scope

_DAY = timedelta(days=1)


def first_grant(*, officer: Officer, role: str, region: str, by: Actor, at: datetime) -> Grant:
    """The grant with which an account begins, from today on; part of `operations.add_officer`."""
    _check(role, region)
    return _add(Grant(officer=officer, role=role, region=region, valid_from=timezone.localdate(at)), by, at)


@transaction.atomic
def give_grant(
    *, officer: Officer, role: str, region: str, valid_from: date, valid_to: date | None, reason: str, by: Actor,
    at: datetime,
) -> Grant:  # fmt: skip
    """A role in a region for a time; nobody grants themselves anything. Raises AccessError, NotAllowedError."""
    require(by, Act.ADMINISTER_ACCESS)
    _not_oneself(officer, by)
    _check(role, region)
    _check_days(valid_from, valid_to, at)
    if _holding(officer, valid_from, valid_to).filter(role=role, region=region).exists():
        raise AccessError(gettext("The officer has this role there at that time already."), "role")
    grant = Grant(
        officer=officer, role=role, region=region, valid_from=valid_from, valid_to=valid_to, reason=reason.strip()
    )
    return _add(grant, by, at)


@transaction.atomic
def end_grant(*, grant: Grant, last_day: date, reason: str, by: Actor, at: datetime) -> Grant:
    """The grant holds up to and including a day, at the earliest yesterday, which ends it at once.

    Raises AccessError, also where nobody would be left to administer access; NotAllowedError.
    """
    require(by, Act.ADMINISTER_ACCESS)
    if not reason.strip():
        raise AccessError(gettext("Say why."), "reason")
    if last_day < timezone.localdate(at) - _DAY:
        raise AccessError(gettext("The past stays as it was; the last day is yesterday or later."), "last_day")
    if grant.valid_to is not None and grant.valid_to < last_day:
        raise AccessError(gettext("The grant ends earlier than that already; give a new one instead."), "last_day")
    _end(grant, last_day, reason.strip(), by, at)
    must_remain(timezone.localdate(at))
    return grant


@transaction.atomic
def take_leave(
    *, officer: Officer, first: date, last: date, stand_in: Officer | None, reason: str, by: Actor, at: datetime
) -> list[Grant]:
    """While somebody is away their grants do not hold, and the stand-in has them; returns the stand-in's grants.

    Each grant that holds in those days ends before the first and begins again after the last. Raises AccessError,
    NotAllowedError.
    """
    require(by, Act.ADMINISTER_ACCESS)
    _check_days(first, last, at)
    if stand_in is not None:
        _not_oneself(stand_in, by)
        if stand_in == officer or not stand_in.is_active:
            raise AccessError(gettext("The stand-in is another officer, whose account is switched on."), "stand_in")
    given = []
    for grant in _holding(officer, first, last):
        begins, ends, role, region = grant.valid_from, grant.valid_to, grant.role, grant.region
        if begins < first:
            _end(grant, first - _DAY, reason, by, at)
        else:
            _withdraw(grant, reason, by, at)
        if ends is None or ends > last:
            again = Grant(
                officer=officer, role=role, region=region, valid_from=last + _DAY, valid_to=ends, reason=reason
            )
            _add(again, by, at)
        if stand_in is not None and not _holding(stand_in, first, last).filter(role=role, region=region).exists():
            given.append(
                Grant(
                    officer=stand_in, role=role, region=region, valid_from=max(first, begins),
                    valid_to=min(last, ends or last), substitute_for=officer, reason=reason,
                )
            )  # fmt: skip
            _add(given[-1], by, at)
    must_remain(first)
    return given


def must_remain(day: date) -> None:
    """Raises AccessError where no active officer would administer access on a day: nobody could let anybody in."""
    held = Q(valid_to__isnull=True) | Q(valid_to__gte=day)
    left = Grant.objects.filter(held, role=Role.SECURITY_ADMINISTRATOR, valid_from__lte=day, officer__is_active=True)
    if not left.exists():
        raise AccessError(gettext("Nobody would be left to administer access; grant it to another officer first."))


def _holding(officer: Officer, first: date, last: date | None) -> QuerySet[Grant]:
    held = Q(valid_to__isnull=True) | Q(valid_to__gte=first)
    grants = officer.grants.filter(held)
    return grants if last is None else grants.filter(valid_from__lte=last)


def _add(grant: Grant, by: Actor, at: datetime) -> Grant:
    grant.save()
    record(Kind.GRANT_GIVEN, by=by, at=at, on=_subject(grant), after=_told(grant), reason=grant.reason)
    return grant


def _end(grant: Grant, last_day: date, reason: str, by: Actor, at: datetime) -> None:
    before, grant.valid_to = _told(grant), last_day
    grant.save(update_fields=["valid_to"])
    record(Kind.GRANT_ENDED, by=by, at=at, on=_subject(grant), before=before, after=_told(grant), reason=reason)


def _withdraw(grant: Grant, reason: str, by: Actor, at: datetime) -> None:
    record(Kind.GRANT_ENDED, by=by, at=at, on=_subject(grant), before=_told(grant), reason=reason)
    grant.delete()


def _subject(grant: Grant) -> Subject:
    return Subject("officer", grant.officer.key, grant.region)


def _told(grant: Grant) -> dict[str, object]:
    return {
        "role": grant.role,
        "valid_from": grant.valid_from.isoformat(),
        "valid_to": grant.valid_to and grant.valid_to.isoformat(),
        **({"substitute_for": grant.substitute_for.key} if grant.substitute_for else {}),
    }


def _not_oneself(officer: Officer, by: Actor) -> None:
    if officer.key == by.key:
        raise AccessError(gettext("Nobody grants themselves anything; ask another security administrator."))


def _check(role: str, region: str) -> None:
    if role not in Role.values:
        raise AccessError(gettext("Choose one of the roles."), "role")
    if Role(role) in WITHOUT_REGION:
        if region:
            raise AccessError(gettext("This role sees no personal data and has no region; leave it empty."), "region")
        return
    try:
        Scope(region)
    except ValueError as error:
        sentence = gettext("A region has 2, 4, 6, 9 or 12 digits, such as 44 for the province or 4401 for Guangzhou.")
        raise AccessError(sentence, "region") from error


def _check_days(first: date, last: date | None, at: datetime) -> None:
    if first < timezone.localdate(at):
        raise AccessError(gettext("A grant begins today or later."), "valid_from")
    if last is not None and last < first:
        raise AccessError(gettext("The last day lies before the first."), "valid_to")
