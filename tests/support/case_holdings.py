"""Cases and what hangs on them, each lying in a region, so that another region can ask for it (test_isolation.py)."""

from datetime import date, timedelta
from itertools import count

from anling.access.queries import actor_of
from anling.access.roles import Role
from anling.audit.scope import within
from anling.audit.values import Actor, Scope
from anling.casework import appeals, documents, findings
from anling.casework.appeals import Contested
from anling.casework.findings import Found
from anling.casework.models import Appeal, Case, Finding, Outcome
from tests.support.client import NUMBER, person
from tests.support.holdings import Arguments, Posted
from tests.support.listings import a_case as case_of
from tests.support.platform import DAY, NOW, officer

PNG = b"\x89PNG\r\n\x1a\n" + b"a picture"
_numbers = count(1)


def doer(region: str) -> Actor:
    """A clerk of the city, who has made what is asked for."""
    return actor_of(officer(f"doer-{next(_numbers)}", Role.CLERK, region[:4]), DAY)


def case(region: str, by: Actor | None = None) -> Case:
    """A case of a person of a region."""
    return case_of(by or doer(region), region)


def a_case(region: str) -> tuple[Arguments, Posted]:
    return {"key": case(region).pk}, {}


def a_case_to_take(region: str) -> tuple[Arguments, Posted]:
    return {"key": case(region).pk}, {"version": "99", "note": "x"}


def a_case_to_try(region: str) -> tuple[Arguments, Posted]:
    tried = (NOW - timedelta(days=1)).strftime("%Y-%m-%dT%H:%M")
    return {"key": case(region).pk}, {"way": "phone", "result": "no_answer", "at": tried}


def somebody(region: str) -> tuple[Arguments, Posted]:
    return {"person": person(NUMBER, region)}, {}


def a_document(region: str) -> tuple[Arguments, Posted]:
    by = doer(region)
    with within(Scope(region)):
        made = documents.attach(case=case(region, by).pk, name="a.png", content=PNG, by=by, at=NOW)
    return {"key": made.pk}, {"read": "yes"}


def finding(region: str, by: Actor) -> Finding:
    """A death that waits for a second officer."""
    found = case(region, by)
    with within(Scope(region)):
        said = Found(Outcome.DEAD, "the register says so", day=date(2026, 5, 10))
        return findings.find(case=found.pk, version=found.version, found=said, by=by, at=NOW)


def a_finding_to_decide(region: str) -> tuple[Arguments, Posted]:
    return {"key": finding(region, doer(region)).pk}, {"decision": "return", "note": "whose paper?"}


def a_finding_to_lift(region: str) -> tuple[Arguments, Posted]:
    return {"key": finding(region, doer(region)).pk}, {}


def appeal(region: str, by: Actor) -> Appeal:
    """An appeal of somebody without a case before."""
    with within(Scope(region)):
        return appeals.receive(
            person=person(NUMBER, region), region=region, contested=Contested(Appeal.Way.LETTER, "I live."), by=by,
            at=NOW,
        )  # fmt: skip


def an_appeal(region: str) -> tuple[Arguments, Posted]:
    return {"key": appeal(region, doer(region)).pk}, {}
