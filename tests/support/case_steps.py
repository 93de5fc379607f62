"""Steps of a case that tests take: who decides, how it stands, what was found, and several acts at once."""

import threading
from collections.abc import Callable
from datetime import date, timedelta

from django.db import IntegrityError, connections

from anling.access.queries import actor_of
from anling.access.roles import Role
from anling.audit.scope import within
from anling.audit.values import Actor, Scope
from anling.casework import findings
from anling.casework.errors import CaseError
from anling.casework.findings import Found
from anling.casework.models import Attempt, Case, CaseEvent, Finding, Outcome
from anling.casework.operations import Tried
from tests.support.platform import DAY, NOW, officer

HERE = Scope("440104")
PNG = b"\x89PNG\r\n\x1a\n" + b"rest of a picture" * 10
TRIED = Tried(Attempt.Way.PHONE, Attempt.Result.NO_ANSWER, NOW - timedelta(hours=1), "rang three times")


def reviewer(username: str = "reviewer", region: str = "4401") -> Actor:
    return actor_of(officer(username, Role.REVIEWER, region), DAY)


def now(case: Case) -> Case:
    with within(HERE):
        return Case.objects.get(pk=case.pk)


def told(case: Case) -> list[str]:
    with within(HERE):
        return list(CaseEvent.objects.filter(case=case).order_by("id").values_list("what", flat=True))


def say(case: Case, by: Actor, outcome: Outcome = Outcome.DEAD, **said: object) -> Finding:
    values = {"note": "the daughter showed the certificate", "day": date(2026, 5, 10), "way": "", **said}
    with within(HERE):
        return findings.find(
            case=case.pk, version=now(case).version, found=Found(outcome, **values), by=by, at=NOW  # type: ignore[arg-type]
        )  # fmt: skip


def both(username: str = "both") -> Actor:
    both = officer(username, Role.CLERK, "4401")
    both.grants.create(role=Role.REVIEWER, region="4401", valid_from=DAY)
    return actor_of(both, DAY)


def at_once(*acts: Callable[[], object]) -> list[object]:
    """What each of several acts came to, done at the same time in transactions of their own."""
    came: list[object] = []
    begin = threading.Barrier(len(acts))

    def do(act: Callable[[], object]) -> None:
        try:
            begin.wait()
            with within(HERE):
                came.append(act())
        except (CaseError, IntegrityError) as error:
            came.append(error)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=do, args=(act,)) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return came
