"""A clerk of the whole province, who may do what is measured."""

import os
from datetime import date

from django.utils import timezone

from anling.access.command_sessions import begin
from anling.access.models import Grant, Officer
from anling.access.queries import actor_of
from anling.audit.values import Actor
from anling.site.environment import read_environment
from anling.site.signing import keep_token

NAME, PROVINCE = "bench", "44"


def clerk(day: date) -> Actor:
    """The clerk as a doer of operations on a day, made where there is none yet."""
    return actor_of(_officer(), day)


def main() -> None:
    """Sign the clerk in on the command line of the installation."""
    token = begin(officer=_officer(), machine=NAME, account=NAME, at=timezone.now())
    keep_token(read_environment(os.environ).home, NAME, token)


def _officer() -> Officer:
    found = Officer.objects.filter(username=NAME).first()
    if found is None:
        found = Officer.objects.create_user(NAME, None, name=NAME)
        Grant.objects.create(officer=found, role="clerk", region=PROVINCE, valid_from=date(2020, 1, 1))
    return found
