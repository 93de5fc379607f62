"""An appeal from the recipients' page: whoever asks learns nothing of who is on the roster.

Where number and name agree with a person, the appeal is taken in; where they do not, the answer looks the same: a
reference of the same kind, which carries its own proof, so that asking how it stands tells no more either.
"""

from __future__ import annotations

import hmac
import secrets
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

from django.conf import settings

from anling.audit.scope import province, within
from anling.audit.values import Scope, machine
from anling.casework.appeals import Contested
from anling.casework.errors import CaseError
from anling.casework.models import Appeal
from anling.payment.effects.appealing import receive_appeal
from anling.payment.errors import PaymentError
from anling.roster.models import Benefit, PayStatus
from anling.roster.queries import called
from anling.rules.numbers import canonical
from anling.territory.queries import phone_of

PAGE = machine("recipients' page")
RECEIVED, ANSWERED = "received", "answered"
_LETTERS = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
_HALF = 5


@dataclass(frozen=True, slots=True)
class Asked:
    """What somebody typed: number and name of the person concerned, what is wrong, and a telephone."""

    number: str
    name: str
    text: str
    phone: str


@dataclass(frozen=True, slots=True)
class Standing:
    """How an appeal stands: received or answered; the telephone of who answered it, told to nobody before."""

    state: str
    phone: str = ""


def contest(*, asked: Asked, at: datetime) -> str:
    """Take an appeal in, if there is such a person; the reference either way."""
    number = canonical(asked.number)
    with within(province()):
        region, person = _concerned(number, asked.name)
    blind = _blind(number)
    if not person:
        return blind
    contested = Contested(Appeal.Way.PAGE, asked.text, asked.phone)
    try:
        with within(Scope(region)):
            return receive_appeal(person=person, region=region, contested=contested, by=PAGE, at=at).reference
    except (CaseError, PaymentError):
        return blind


def standing(*, reference: str, last: str) -> Standing | None:
    """How an appeal stands; None where reference and number do not belong together."""
    reference, last = reference.strip().upper(), canonical(last)
    with within(province()):
        found = Appeal.objects.filter(reference=reference).select_related("person").first()
        if found is not None and hmac.compare_digest(found.person.id_number[-4:].encode(), last.encode()):
            if found.state == Appeal.State.OPEN:
                return Standing(RECEIVED)
            return Standing(ANSWERED, _phone(found.person_id))
    first, _, proof = reference.partition("-")
    return Standing(RECEIVED) if hmac.compare_digest(_proof(first, last).encode(), proof.encode()) else None


def _phone(person: int) -> str:
    agencies = Benefit.objects.filter(person=person).order_by("pk").values_list("agency", flat=True)
    return next((phone for agency in agencies if (phone := phone_of(agency))), "")


def _concerned(number: str, name: str) -> tuple[str, int]:
    """The region that pays the person, one where pay is stopped before others; nothing where nobody agrees."""
    benefits = list(Benefit.objects.filter(person__in=called(number, name)).order_by("pk"))
    stopped = [each for each in benefits if each.pay_status != PayStatus.PAYING]
    for each in stopped or benefits:
        return each.region, each.person_id
    return "", 0


def _blind(number: str) -> str:
    first = "".join(secrets.choice(_LETTERS) for _ in range(_HALF))
    return f"{first}-{_proof(first, number[-4:])}"


def _proof(first: str, last: str) -> str:
    digest = hmac.new(settings.SECRET_KEY.encode(), f"appeal:{first}:{last}".encode(), sha256).digest()
    return "".join(_LETTERS[byte % len(_LETTERS)] for byte in digest[:_HALF])
