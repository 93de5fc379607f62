"""Appeals from the recipients' page: whoever asks learns nothing of who is on the roster.

Where number and name agree with a person, an appeal is taken in for each region whose pay is contested; where they do
not, the answer looks the same: one reference, the same for the same number and name, which carries its own proof, so
that asking how it stands tells no more either. What was answered is told to whoever holds the reference alone.
"""

from __future__ import annotations

import hmac
import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from hashlib import sha256

from django.conf import settings
from django.db.models import Q, QuerySet
from django.utils import timezone

from anling.audit.scope import province, within
from anling.audit.values import Scope, machine
from anling.casework.appeals import Contested
from anling.casework.errors import CaseError
from anling.casework.models import Appeal
from anling.payment.effects.appealing import receive_appeal
from anling.payment.errors import PaymentError
from anling.roster.models import Benefit, PayStatus
from anling.roster.queries import called
from anling.rules.names import match_key
from anling.rules.numbers import canonical
from anling.territory.queries import names_of, phone_of

PAGE = machine("recipients' page")
RECEIVED, ANSWERED = "received", "answered"
_LETTERS = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
_HALF = 5


@dataclass(frozen=True, slots=True)
class Asked:
    """What somebody typed: number and name of the person concerned, what is wrong, and a telephone.

    form: which form it was, so that the same one sent twice is one appeal; after: reference of the answered appeal
    that they come back to.
    """

    number: str
    name: str
    text: str
    phone: str
    form: str = ""
    after: str = ""


@dataclass(frozen=True, slots=True)
class Answer:
    """What was answered: when, whether the appeal was upheld, and for which region where there are several."""

    day: date
    upheld: bool
    place: str = ""


@dataclass(frozen=True, slots=True)
class Standing:
    """How an appeal stands: received, or answered by every region that it concerns.

    phone: of who answered it, told to nobody before. answers: those that are there; earlier: those that its sender
    held the reference of when they wrote again.
    """

    state: str
    phone: str = ""
    answers: tuple[Answer, ...] = ()
    earlier: tuple[Answer, ...] = ()


@dataclass(frozen=True, slots=True)
class _Concerned:
    """Whose appeal it is in one region, and which answered one it follows."""

    region: str
    person: int
    follows: int | None


def fresh_form() -> str:
    """A name for a form that is shown anew."""
    return secrets.token_hex(16)


def contest(*, asked: Asked, at: datetime) -> str:
    """Take an appeal in for each region concerned, if there is such a person; one reference either way.

    It is that of an appeal which this form brought; where all of them were there before, that of the oldest.
    """
    number, form = canonical(asked.number), asked.form or fresh_form()
    with within(province()):
        concerned = _concerned(number, asked, form)
    taken = [appeal for each in concerned if (appeal := _received(each, asked, form, at))]
    brought = [appeal for appeal in taken if appeal.form == form]
    return next((appeal.reference for appeal in (*brought, *taken)), "") or _blind(number, asked.name)


def standing(*, reference: str, last: str) -> Standing | None:
    """How an appeal stands; None where reference and number do not belong together."""
    reference, last = reference.strip().upper(), canonical(last)
    with within(province()):
        found = Appeal.objects.filter(reference=reference).select_related("person").first()
        if found is not None and hmac.compare_digest(found.person.id_number[-4:].encode(), last.encode()):
            return _stands(found)
    first, _, proof = reference.partition("-")
    return Standing(RECEIVED) if hmac.compare_digest(_proof(first, last).encode(), proof.encode()) else None


def _received(of: _Concerned, asked: Asked, form: str, at: datetime) -> Appeal | None:
    contested = Contested(Appeal.Way.PAGE, asked.text, asked.phone, form=form, follows=of.follows)
    try:
        with within(Scope(of.region)):
            return receive_appeal(person=of.person, region=of.region, contested=contested, by=PAGE, at=at)
    except (CaseError, PaymentError):
        return None


def _stands(found: Appeal) -> Standing:
    together = _of_one_form(found)
    earlier = [each.follows for each in together if each.follows]
    told = _answers(together), _answers(earlier)
    if any(each.state == Appeal.State.OPEN for each in together):
        return Standing(RECEIVED, "", *told)
    return Standing(ANSWERED, _phone(found), *told)


def _of_one_form(found: Appeal) -> list[Appeal]:
    """An appeal with those that the same form brought to other regions."""
    if not found.form:
        return [found]
    same = Appeal.objects.filter(form=found.form, person__id_number=found.person.id_number)
    return list(same.select_related("follows").order_by("pk"))


def _answers(appeals: Iterable[Appeal]) -> tuple[Answer, ...]:
    decided = [each for each in appeals if each.ended_at]
    regions = {each.region for each in decided}
    names = names_of(regions) if len(regions) > 1 else {}
    return tuple(
        Answer(timezone.localdate(each.ended_at), each.state == Appeal.State.UPHELD, names.get(each.region, ""))
        for each in decided
    )


def _phone(answered: Appeal) -> str:
    benefits = Benefit.objects.filter(person=answered.person_id, region=answered.region)
    agencies = benefits.order_by("pk").values_list("agency", flat=True)
    return next((phone for agency in agencies if (phone := phone_of(agency))), "")


def _concerned(number: str, asked: Asked, form: str) -> list[_Concerned]:
    """Every region where pay is stopped or an appeal stands; or else those of the appeal that they come back to, or the
    one that pays; nothing where nobody agrees. An appeal stands that is open, or that the same form has brought before.
    """
    people = called(number, asked.name)
    benefits = list(Benefit.objects.filter(person__in=people).order_by("pk"))
    appeals = Appeal.objects.filter(person__in=people)
    in_hand = appeals.filter(Q(state=Appeal.State.OPEN) | Q(form=form)).order_by("pk")
    stopped = [(each.region, each.person_id) for each in benefits if each.pay_status != PayStatus.PAYING]
    paying = [(each.region, each.person_id) for each in benefits[:1]]
    before = _answered(appeals, asked.after)
    places = [*in_hand.values_list("region", "person_id"), *stopped] or list(before) or paying
    return [_Concerned(*place, before.get(place)) for place in dict.fromkeys(places)]


def _answered(appeals: QuerySet[Appeal], reference: str) -> dict[tuple[str, int], int]:
    """Region and person → the answered appeal of theirs that a reference leads to."""
    named = appeals.filter(reference=reference.strip().upper()).select_related("person").first() if reference else None
    together = _of_one_form(named) if named else []
    return {(each.region, each.person_id): each.pk for each in together if each.state != Appeal.State.OPEN}


def _blind(number: str, name: str) -> str:
    """The same for whoever asks twice, as the reference of an appeal is."""
    first = _code(f"appeal of nobody:{number}:{match_key(name)}")
    return f"{first}-{_proof(first, number[-4:])}"


def _proof(first: str, last: str) -> str:
    return _code(f"appeal:{first}:{last}")


def _code(said: str) -> str:
    digest = hmac.new(settings.SECRET_KEY.encode(), said.encode(), sha256).digest()
    return "".join(_LETTERS[byte % len(_LETTERS)] for byte in digest[:_HALF])
