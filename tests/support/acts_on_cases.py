"""The acts of casework. See acts.py."""

from collections.abc import Callable
from datetime import date, timedelta

from anling.access.queries import actor_of
from anling.access.roles import Role
from anling.audit.scope import within
from anling.audit.values import Actor, Scope, machine
from anling.casework import adopting, appeals, documents, findings, operations, taking_out, verdicts
from anling.casework.appeals import Contested
from anling.casework.findings import Found
from anling.casework.models import Appeal, Attempt, CaseKind, Outcome
from anling.casework.operations import Tried
from anling.casework.queries.wanted import Wanted
from tests.support import case_holdings as holdings
from tests.support.acts_kept import Act, act
from tests.support.client import person
from tests.support.listings import Listed, listing
from tests.support.platform import DAY, NOW, officer

HERE = "440104"
ALIVE = Found(Outcome.ALIVE, "seen", day=DAY, way="visit")
DEAD = Found(Outcome.DEAD, "the register says so", day=date(2026, 5, 10))


def _here(perform: Callable[[], object]) -> Act:
    def performed() -> None:
        with within(Scope(HERE)):
            perform()

    return performed


def _reviewer(username: str = "second") -> Actor:
    return actor_of(officer(username, Role.REVIEWER, HERE), DAY)


@act("casework.adopt")
def _adopt() -> Act:
    by = holdings.doer(HERE)
    run = listing(Listed(person()), region=HERE)
    return _here(lambda: adopting.adopt(run=run.pk, by=by, at=NOW, reason="monthly"))


@act("casework.open_case")
def _open() -> Act:
    by, key = holdings.doer(HERE), person()
    return _here(
        lambda: operations.open_case(person=key, region=HERE, kind=CaseKind.REPORT, note="called", by=by, at=NOW)
    )


@act("casework.take")
def _take() -> Act:
    by = holdings.doer(HERE)
    case = holdings.case(HERE, by)
    return _here(lambda: operations.take(case=case.pk, version=1, by=by, at=NOW))


@act("casework.release")
def _release() -> Act:
    by = holdings.doer(HERE)
    case = holdings.case(HERE, by)
    with within(Scope(HERE)):
        operations.take(case=case.pk, version=1, by=by, at=NOW)
    return _here(lambda: operations.release(case=case.pk, version=2, note="", by=by, at=NOW))


@act("casework.assign")
def _assign() -> Act:
    by = holdings.doer(HERE)
    case = holdings.case(HERE, by)
    return _here(lambda: operations.assign(case=case.pk, version=1, to=by.key, note="", by=by, at=NOW))


@act("casework.assign_many")
def _assign_many() -> Act:
    by = holdings.doer(HERE)
    holdings.case(HERE, by)
    return _here(lambda: operations.assign_many(wanted=Wanted(), keys=None, to=by.key, note="", by=by, at=NOW))


@act("casework.record_attempt")
def _attempt() -> Act:
    by = holdings.doer(HERE)
    case = holdings.case(HERE, by)
    tried = Tried(Attempt.Way.PHONE, Attempt.Result.REACHED, NOW - timedelta(hours=1))
    return _here(
        lambda: operations.record_attempt(
            person=case.person_id, region=HERE, tried=tried, by=by, at=NOW, case=case.pk
        )
    )  # fmt: skip


@act("casework.attach")
def _attach() -> Act:
    by = holdings.doer(HERE)
    case = holdings.case(HERE, by)
    return _here(lambda: documents.attach(case=case.pk, name="a.png", content=holdings.PNG, by=by, at=NOW))


@act("casework.read_document")
def _read() -> Act:
    by = holdings.doer(HERE)
    case = holdings.case(HERE, by)
    with within(Scope(HERE)):
        made = documents.attach(case=case.pk, name="a.png", content=holdings.PNG, by=by, at=NOW)
    return _here(lambda: documents.read_document(document=made.pk, by=by, at=NOW))


@act("casework.find")
def _find() -> Act:
    by = holdings.doer(HERE)
    case = holdings.case(HERE, by)
    return _here(lambda: findings.find(case=case.pk, version=1, found=ALIVE, by=by, at=NOW))


@act("casework.approve_finding")
def _approve() -> Act:
    finding, by = holdings.finding(HERE, holdings.doer(HERE)), _reviewer()
    return _here(lambda: findings.approve_finding(finding=finding.pk, note="", by=by, at=NOW))


@act("casework.return_finding")
def _return() -> Act:
    finding, by = holdings.finding(HERE, holdings.doer(HERE)), _reviewer()
    return _here(lambda: findings.return_finding(finding=finding.pk, note="whose?", by=by, at=NOW))


@act("casework.receive")
def _receive() -> Act:
    by, key = holdings.doer(HERE), person()
    said = Contested(Appeal.Way.LETTER, "I live.")
    return _here(lambda: appeals.receive(person=key, region=HERE, contested=said, by=by, at=NOW))


@act("casework.add_again")
def _add_again() -> Act:
    appeal = holdings.appeal(HERE, holdings.doer(HERE))
    said = Contested(Appeal.Way.PAGE, "I do live.")
    by = machine("recipients' page")
    return _here(lambda: appeals.add_again(person=appeal.person_id, region=HERE, contested=said, by=by, at=NOW))


@act("casework.decide")
def _decide() -> Act:
    appeal, by = holdings.appeal(HERE, holdings.doer(HERE)), _reviewer()
    return _here(lambda: appeals.decide(appeal=appeal.pk, upheld=False, answer="no", by=by, at=NOW))


@act("casework.make_notice")
def _notice() -> Act:
    by = holdings.doer(HERE)
    case = holdings.case(HERE, by)
    with within(Scope(HERE)):
        findings.find(case=case.pk, version=1, found=ALIVE, by=by, at=NOW)
    return _here(lambda: verdicts.make_notice(feed="civil_cremation", by=by, at=NOW))


@act("casework.note_export")
def _note_export() -> Act:
    by = holdings.doer(HERE)
    return _here(lambda: taking_out.note_export(wanted=Wanted(), rows=1, content_hash="0" * 64, by=by, at=NOW))


@act("casework.note_sheets")
def _note_sheets() -> Act:
    by = holdings.doer(HERE)
    case = holdings.case(HERE, by)
    return _here(lambda: taking_out.note_sheets(cases=[case], by=by, at=NOW))
