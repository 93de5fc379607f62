"""Lists of people as files: from the page that shows them, masked, guarded, and in the trail with their filter."""

from collections.abc import Callable
from hashlib import sha256
from typing import Any

import pytest
from django.test import Client

from anling.access.roles import Role
from anling.audit.kinds import Kind
from anling.audit.models import Entry
from anling.audit.scope import within
from anling.audit.values import Scope
from anling.payment.models import PayLine, PayRun
from anling.roster.models import Benefit
from tests.support import holdings, holdings_pay, notices_held
from tests.support.client import NUMBER, person
from tests.support.platform import officer
from tests.support.taken_out import rows_of
from tests.support.visit import visitor

pytestmark = pytest.mark.usefixtures("db")

HERE = "440104"


def _client(role: Role = Role.CLERK) -> Client:
    client = visitor()
    client.force_login(officer(f"some-{role}", role, HERE))
    return client


def _payrun() -> PayRun:
    """A draft with one line, of somebody whom the agency numbers by identity number."""
    run = holdings_pay.payrun(HERE)
    with within(Scope(HERE)):
        benefit = Benefit.objects.get(person=person(NUMBER, HERE, benefit_no=f"A-{NUMBER}-resident"))
        PayLine.objects.create(
            run=run, benefit=benefit, person_id=benefit.person_id, region=HERE, scheme=benefit.scheme, unit="=U1",
            action="stop", state="proposed",
        )  # fmt: skip
    return run


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_lines_of_a_pay_run_are_taken_out_by_those_who_may(kind: str) -> None:
    run = _payrun()
    path, asked = f"/office/payruns/{run.pk}/lines/export", {"action": "stop", "format": kind}
    assert _client(Role.SUPERVISOR).post(path, asked).status_code == 403
    clerk = _client()
    assert clerk.get(path).status_code == 405
    (row,) = rows_of(clerk.post(path, asked), kind)
    assert row["benefit_no"] == f"A-{NUMBER[:4]}{'*' * 10}{NUMBER[-4:]}-resident"
    assert row["unit"] == ("'=U1" if kind == "csv" else "=U1")
    entry = Entry.objects.get(kind=Kind.LIST_EXPORTED)
    assert (entry.object_type, entry.object_key, entry.rows, entry.after) == ("payrun", str(run.pk), 1, asked)


def test_a_control_file_is_taken_out_by_post_and_not_by_a_supervisor() -> None:
    arguments, _ = holdings_pay.a_payrun_with_file(HERE)
    path = f"/office/payruns/{arguments['key']}/file.csv"
    assert _client(Role.SUPERVISOR).post(path).status_code == 403
    clerk = _client()
    assert clerk.get(path).status_code == 405
    assert not Entry.objects.filter(kind=Kind.LIST_EXPORTED).exists()
    assert clerk.post(path).status_code == 200
    assert Entry.objects.filter(kind=Kind.LIST_EXPORTED).exists()


def test_what_a_roster_file_lacks_or_got_wrong_is_taken_out_by_post_and_recorded() -> None:
    arguments, _ = holdings.an_import_with_lists(HERE)
    path = f"/office/imports/{arguments['key']}/rejected.csv"
    clerk = _client()
    assert clerk.get(path).status_code == 405
    assert not Entry.objects.filter(kind=Kind.LIST_EXPORTED).exists()
    answer = clerk.post(path)
    assert answer.headers["Content-Disposition"] == f'attachment; filename="rejected-{arguments["key"]}.csv"'
    entry = Entry.objects.get(kind=Kind.LIST_EXPORTED)
    assert (entry.object_type, entry.object_key, entry.rows) == ("rosterimport", str(arguments["key"]), 0)
    assert entry.after == {"list": "rejected", "format": "csv"}
    assert entry.content_hash == sha256(answer.getvalue()).hexdigest()


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
@pytest.mark.parametrize(
    ("what", "make", "asked"),
    [
        ("recoveries", holdings_pay.a_recovery, {"state": "open"}),
        ("notices", notices_held.a_notice, {"region": HERE}),
    ],
)  # fmt: skip
def test_a_list_is_taken_out_as_filtered_and_recorded(
    what: str, make: Callable[[str], Any], asked: dict[str, str], kind: str
) -> None:
    make(HERE)
    path = f"/office/{what}/export"
    assert _client(Role.SUPERVISOR).post(path, asked).status_code == 403
    clerk = _client()
    assert f'action="{path}"' in clerk.get(f"/office/{what}", asked).content.decode()
    (row,) = rows_of(clerk.post(path, {**asked, "format": kind}), kind)
    assert row["region"] == HERE
    entry = Entry.objects.get(kind=Kind.LIST_EXPORTED)
    assert (entry.object_type, entry.region, entry.rows, entry.after) == (what, HERE, 1, {**asked, "format": kind})


def test_the_sums_that_are_signed_lose_no_cent() -> None:
    run = holdings_pay.payrun(HERE)
    counted = {"action": "stop", "state": "proposed", "holds": "", "lines": 1}
    run.counts = {**run.counts, "lines": [{**counted, "amount": each} for each in ("9007199254740993.00", "0.01")]}
    with within(Scope(HERE)):
        run.save()
    page = _client().get(f"/office/payruns/{run.pk}/sign").content.decode()
    assert "9,007,199,254,740,993.01" in page
