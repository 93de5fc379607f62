"""One of every operation that records something, for tests that ask the same of all (test_audit_rollback.py).

A room's operation is added by one function under @act("room.verb"): it makes what it needs and returns the act itself,
a callable without arguments. What it makes is held; only the act must leave nothing behind when it cannot be recorded.
"""

from datetime import date

from django.db import connections
from procrastinate.contrib.django import app

from anling.access import (
    clients,
    command_sessions,
    granting,
    jobs,
    looking_behind,
    operations,
    revealing,
    taking_out,
    trail,
)
from anling.access.models import Officer
from anling.access.queries import actor_of
from anling.access.roles import Role
from anling.audit.models import Seal
from anling.audit.queries import Sought
from anling.audit.scope import within
from anling.audit.values import Actor, Scope, machine
from anling.comparison.place_sheets import read_place_sheet
from anling.territory import operations as places
from anling.territory.lists import read_list
from anling.territory.models import Source, UnitKind
from anling.territory.regions import load_regions
from tests.support import acts_of_notices, acts_on_cases, acts_on_data, acts_on_money, acts_on_pay
from tests.support.acts_kept import ACTS, Act, act
from tests.support.platform import DAY, NOW, clerk, officer

__all__ = [
    "ACTS",
    "acts_of_notices",
    "acts_on_cases",
    "acts_on_data",
    "acts_on_money",
    "acts_on_pay",
    "security_administrator",
]


def security_administrator(username: str = "security") -> Actor:
    """Somebody who administers access, as a doer."""
    return actor_of(officer(username, Role.SECURITY_ADMINISTRATOR), DAY)


def _officer(username: str = "wang") -> Officer:
    return officer(username, Role.CLERK, "4401")


@act("access.queue_again")
def _queue_again() -> Act:
    by = actor_of(officer("system", Role.SYSTEM_ADMINISTRATOR), DAY)
    job = app.configure_task("site.clear_old").defer(timestamp=0)
    with connections["owner"].cursor() as cursor:
        cursor.execute("UPDATE procrastinate_jobs SET status = 'failed' WHERE id = %s", [job])
    return lambda: jobs.queue_again(job=job, by=by, at=NOW)


@act("access.add_officer")
def _add_officer() -> Act:
    by = security_administrator()
    return lambda: operations.add_officer(username="li", name="李", role=Role.CLERK, region="4401", by=by, at=NOW)


@act("access.change_officer")
def _change_officer() -> Act:
    by, whom = security_administrator(), _officer()
    return lambda: operations.change_officer(officer=whom, name="王五", by=by, at=NOW)


@act("access.switch_officer")
def _switch_officer() -> Act:
    by, whom = security_administrator(), _officer()
    return lambda: operations.switch_officer(officer=whom, on=False, reason="retired", by=by, at=NOW)


@act("access.reset_password")
def _reset_password() -> Act:
    by, whom = security_administrator(), _officer()
    return lambda: operations.reset_password(officer=whom, reason="forgotten", by=by, at=NOW)


@act("access.remove_second_factor")
def _remove_second_factor() -> Act:
    from allauth.mfa.models import Authenticator

    by, whom = security_administrator(), _officer()
    Authenticator.objects.create(user=whom, type=Authenticator.Type.TOTP, data={"secret": "x"})
    return lambda: operations.remove_second_factor(officer=whom, reason="phone lost", by=by, at=NOW)


@act("access.end_sessions")
def _end_sessions() -> Act:
    by, whom = security_administrator(), _officer()
    return lambda: operations.end_sessions(officer=whom, reason="laptop lost", by=by, at=NOW)


@act("access.choose_language")
def _choose_language() -> Act:
    whom = _officer()
    by = actor_of(whom, DAY)
    return lambda: operations.choose_language(officer=whom, language="en", by=by, at=NOW)


@act("access.begin")
def _begin() -> Act:
    whom = _officer()
    return lambda: command_sessions.begin(officer=whom, machine="desk", account="wang", at=NOW)


@act("access.end")
def _end() -> Act:
    token = command_sessions.begin(officer=_officer(), machine="desk", account="wang", at=NOW)
    return lambda: command_sessions.end(token=token, at=NOW)


@act("access.verify_here")
def _verify_here() -> Act:
    by = actor_of(officer("audit", Role.AUDIT_ADMINISTRATOR), DAY)
    return lambda: trail.verify_here(kept_elsewhere=(), by=by, at=NOW)


@act("access.give_grant")
def _give_grant() -> Act:
    by, whom = security_administrator(), _officer()
    return lambda: granting.give_grant(
        officer=whom, role=Role.REVIEWER, region="4401", valid_from=DAY, valid_to=None, reason="", by=by, at=NOW
    )


@act("access.end_grant")
def _end_grant() -> Act:
    by, grant = security_administrator(), _officer().grants.get()
    return lambda: granting.end_grant(grant=grant, last_day=DAY, reason="moved", by=by, at=NOW)


@act("access.take_leave")
def _take_leave() -> Act:
    by, whom, other = security_administrator(), _officer(), officer("zhao", Role.REVIEWER, "4403")
    first, last = date(2026, 8, 1), date(2026, 8, 31)
    return lambda: granting.take_leave(
        officer=whom, first=first, last=last, stand_in=other, reason="leave", by=by, at=NOW
    )


@act("access.add_client")
def _add_client() -> Act:
    by = security_administrator()
    return lambda: clients.add_client(name="city", region="4401", scopes="people:read", per_minute=60, by=by, at=NOW)


@act("access.change_client")
def _change_client() -> Act:
    by = security_administrator()
    client, _ = clients.add_client(name="city", region="4401", scopes="", per_minute=60, by=by, at=NOW)
    return lambda: clients.change_client(
        client=client, name="city", region="4401", scopes="people:read", per_minute=6, by=by, at=NOW
    )


@act("access.switch_client")
def _switch_client() -> Act:
    by = security_administrator()
    client, _ = clients.add_client(name="city", region="4401", scopes="", per_minute=60, by=by, at=NOW)
    return lambda: clients.switch_client(client=client, on=False, reason="retired", by=by, at=NOW)


@act("access.renew_secret")
def _renew_secret() -> Act:
    by = security_administrator()
    client, _ = clients.add_client(name="city", region="4401", scopes="", per_minute=60, by=by, at=NOW)
    return lambda: clients.renew_secret(client=client, reason="leaked", by=by, at=NOW)


@act("access.reveal")
def _reveal() -> Act:
    by = clerk("4401")
    revealing.revealable("test", "number", lambda key: (f"clear {key}", "440104"))
    return lambda: revealing.reveal(object_type="test", key="7", field="number", reason="call them back", by=by, at=NOW)


@act("access.look_behind")
def _look_behind() -> Act:
    by = actor_of(officer("over", Role.SUPERVISOR, "4401"), DAY)

    def look() -> None:
        with within(Scope("4401")):
            looking_behind.look_behind(page="people", filters={"unit": "U1"}, reason="a complaint", by=by, at=NOW)

    return look


@act("access.note_taken_out")
def _note_taken_out() -> Act:
    by = clerk("4401")

    def take_out() -> None:
        with within(Scope("4401")):
            taking_out.note_taken_out(what="people", filters={}, rows=1, content_hash="0" * 64, by=by, at=NOW)

    return take_out


@act("access.note_officers_taken_out")
def _note_officers_taken_out() -> Act:
    by = security_administrator()
    return lambda: taking_out.note_officers_taken_out(
        what="officers", filters={}, rows=1, content_hash="0" * 64, by=by, at=NOW
    )


@act("territory.save_unit")
def _save_unit() -> Act:
    by = clerk("4401")
    return lambda: places.save_unit(code="U1", name="一厂", kind=UnitKind.OTHER, region="440104", by=by, at=NOW)


@act("territory.save_outlet")
def _save_outlet() -> Act:
    by, facts = clerk("4401"), places.OutletFacts("越秀服务厅", "440104", "东风路1号")
    return lambda: places.save_outlet(code="W1", facts=facts, by=by, at=NOW)


@act("territory.load_list")
def _load_list() -> Act:
    by = clerk("4401")
    given = read_list(
        sheet=read_place_sheet, kind="agencies", name="a.csv", content="编号,名称,区划代码\nJ1,局,440104".encode()
    )
    return lambda: places.load_list(given=given, by=by, at=NOW)


@act("territory.load_regions")
def _load_regions() -> Act:
    Source.objects.update(content_hash="of another version")
    return lambda: load_regions(by=machine("migrate"), at=NOW)


@act("access.ask_verification")
def _ask_verification() -> Act:
    by = actor_of(officer("audit", Role.AUDIT_ADMINISTRATOR), DAY)
    return lambda: trail.ask_verification(by=by, at=NOW)


@act("access.resume_sealing")
def _resume_sealing() -> Act:
    by = actor_of(officer("audit", Role.AUDIT_ADMINISTRATOR), DAY)
    Seal.objects.create(number=1, entry=1, code="0" * 64, sealed_at=NOW)  # by a stranger: no head file knows of it
    return lambda: trail.resume_sealing(reason="x", by=by, at=NOW)


@act("access.export_trail")
def _export_trail() -> Act:
    by = actor_of(officer("audit", Role.AUDIT_ADMINISTRATOR), DAY)
    return lambda: trail.export_trail(sought=Sought(), rows=1, content_hash="0" * 64, by=by, at=NOW)
