"""The pages of casework, as officers ask for them: the list, a case, acts with what was typed, files."""

import csv
import io
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from anling.access.models import Officer
from anling.access.queries import actor_of
from anling.access.roles import Role
from anling.audit.kinds import Kind
from anling.audit.models import Entry
from anling.audit.scope import within
from anling.audit.values import Actor, Scope
from anling.casework import operations
from anling.casework.models import Adoption, Appeal, Case, CaseState, Document, Finding
from tests.support.case_holdings import PNG
from tests.support.client import person
from tests.support.listings import DEATH, Listed, a_case, listing, taken_over
from tests.support.platform import DAY, NOW, clerk, officer
from tests.support.visit import visitor

HERE = Scope("440104")


def _office(username: str, *roles: Role, region: str = "4401") -> tuple[Client, Actor]:
    made = officer(username, roles[0], region)
    for role in roles[1:]:
        made.grants.create(role=role, region=region, valid_from=DAY)
    client = visitor()
    client.force_login(made)
    return client, actor_of(made, DAY)


def _text(client: Client, address: str, status: int = 200) -> str:
    answer = client.get(address)
    assert answer.status_code == status, address
    return answer.content.decode()


def _now(case: Case) -> Case:
    with within(HERE):
        return Case.objects.get(pk=case.pk)


@pytest.fixture
def desk(db: None) -> tuple[Client, Actor, Case]:
    """A clerk at their desk, and a case that nobody has taken."""
    del db
    client, by = _office("one", Role.CLERK)
    return client, by, a_case(by)


def test_the_list_filters_sorts_and_opens_a_case_beside_it(desk: tuple[Client, Actor, Case]) -> None:
    client, by, case = desk
    assert "某甲" in _text(client, "/office/cases?kind=to_verify&reason=death&unit=U440104&region=440104&sort=-due")
    for none in (
        "kind=lost",
        "reason=conflict",
        "unit=U9",
        "region=440305",
        "assignee=me",
        "state=closed",
        "overdue=on",
    ):
        if none != "overdue=on":  # the clock of the server decides
            assert "No case here" in _text(client, f"/office/cases?{none}"), none
    page = _text(client, f"/office/cases?assignee=nobody&open={case.pk}")
    assert "a death is on record" in page
    assert f'name="next" value="/office/cases?assignee=nobody&amp;open={case.pk}"' in page
    assert "11010519491231002X" not in page
    beside = client.get(
        f"/office/cases/{case.pk}/beside", headers={"HX-Current-URL": "http://x/office/cases?kind=lost"}
    )
    assert f'name="next" value="/office/cases?kind=lost&amp;open={case.pk}"' in beside.content.decode()
    for odd in (
        "page=99999",
        "sort=;",
        "open=x",
        "due_by=yesterday",
        "region=44xx",
        "unit=%00",
        "assignee=nobody-at-all",
    ):
        assert client.get(f"/office/cases?{odd}").status_code == 200, odd
    del by


def test_a_case_is_worked_from_the_page_to_its_end(desk: tuple[Client, Actor, Case]) -> None:
    client, by, case = desk
    back = f"/office/cases?assignee=me&open={case.pk}"
    taken = client.post(f"/office/cases/{case.pk}/take", {"version": 1, "next": back})
    assert taken["Location"] == back
    tried = {"way": "phone", "result": "no_answer", "at": "2026-06-30T10:00", "note": "rang"}
    client.post(f"/office/cases/{case.pk}/attempt", tried)
    file = SimpleUploadedFile("proof.png", PNG)
    client.post(f"/office/cases/{case.pk}/attach", {"file": file})
    refused = client.post(
        f"/office/cases/{case.pk}/find", {"version": 4, "outcome": "alive", "note": "seen at the door"}
    )
    assert refused.status_code == 422
    assert "Give the day" in refused.content.decode()
    assert "seen at the door" in refused.content.decode(), "what was typed stays"
    said = {
        "version": 4, "outcome": "alive", "note": "seen", "day": "2026-06-30", "way": "visit",
        f"record:{'/'.join(DEATH.place)}": "nothing",
    }  # fmt: skip
    ended = client.post(f"/office/cases/{case.pk}/find", said)
    assert ended["Location"] == f"/office/cases/{case.pk}"
    assert (_now(case).state, _now(case).outcome, _now(case).tries) == (CaseState.CLOSED, "alive", 1)
    page = _text(client, f"/office/cases/{case.pk}")
    for told in ("Case opened", "Taken", "Contact attempt · Phone call · No answer", "proof.png", "Visit at home"):
        assert told in page, told
    with within(HERE):
        assert Finding.objects.get().verdicts == []
        document = Document.objects.get()
    read = client.post(f"/office/cases/documents/{document.pk}")
    assert read.content == PNG
    assert 'filename="proof.png"' in read["Content-Disposition"]
    assert Entry.objects.filter(kind=Kind.DOCUMENT_READ, doer=by.key).count() == 1


def test_a_page_read_before_another_acted_says_what_changed_and_keeps_what_was_typed(
    desk: tuple[Client, Actor, Case],
) -> None:
    client, _, case = desk
    other = clerk("4401", "two")
    with within(HERE):
        operations.take(case=case.pk, version=1, by=other, at=NOW)
    said = {"version": 1, "outcome": "dead", "day": "2026-05-10", "note": "the register"}
    answer = client.post(f"/office/cases/{case.pk}/find", said)
    assert answer.status_code == 409
    assert "two changed the case meanwhile" in answer.content.decode()
    late = client.post(f"/office/cases/{case.pk}/take", {"version": 2})
    assert "two works on this case" in late.content.decode()


def test_a_foreign_address_to_come_back_to_is_not_followed(desk: tuple[Client, Actor, Case]) -> None:
    client, _, case = desk
    taken = client.post(
        f"/office/cases/{case.pk}/take", {"version": 1, "next": "https://elsewhere.example/office/cases"}
    )
    assert taken["Location"] == f"/office/cases/{case.pk}"


def test_cases_are_given_by_choice_and_by_filter(desk: tuple[Client, Actor, Case]) -> None:
    client, by, case = desk
    to = clerk("4401", "two").key
    none = client.post("/office/cases/assign", {"to": to, "unit": "U440104"}, follow=True)
    assert "Choose cases in the list" in none.content.decode()
    given = client.post("/office/cases/assign", {"to": to, "unit": "U440104", "all": "yes"}, follow=True)
    assert "1 case has a new officer" in given.content.decode()
    assert given.redirect_chain[0][0] == "/office/cases?unit=U440104"
    client.post("/office/cases/assign", {"to": by.key, "case": [case.pk]})
    assert _now(case).assignee == by.key


@pytest.mark.parametrize("file_format", ["csv", "xlsx"])
def test_an_export_is_masked_formula_safe_and_recorded(desk: tuple[Client, Actor, Case], file_format: str) -> None:
    client, by, case = desk
    taken_over(listing(Listed(person("110105194912310011", unit="=cmd()")), Listed(case.person_id), region="4401",
                       as_of=DAY + timedelta(days=1)), by)  # fmt: skip
    content = client.post("/office/cases/export", {"format": file_format, "kind": "to_verify"}).getvalue()
    entry = Entry.objects.get(kind=Kind.CASES_EXPORTED)
    assert (entry.rows, entry.region) == (2, "4401")
    if file_format == "csv":
        rows = list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"))))
        assert {row["unit"] for row in rows} == {"'=cmd()", "U440104"}
        assert all("*" in row["id_number"] for row in rows)
    else:
        assert content.startswith(b"PK")
        assert b"<f>" not in content


def test_check_sheets_are_printed_and_recorded(desk: tuple[Client, Actor, Case]) -> None:
    client, _, case = desk
    page = client.post("/office/cases/sheets", {"case": [case.pk]}).content.decode()
    for asked in (
        "Is the person alive?",
        "Date of death",
        "In whose hands is the bank card?",
        "Anomalies",
        "How it was checked",
    ):
        assert asked in page
    client.post(f"/office/cases/{case.pk}/sheet")
    assert Entry.objects.filter(kind=Kind.SHEETS_PRINTED, rows=1).count() == 2


def test_a_second_officer_approves_from_the_list_and_nobody_their_own(desk: tuple[Client, Actor, Case]) -> None:
    client, _, case = desk
    said = {"version": 1, "outcome": "dead", "day": "2026-05-10", "note": "the register"}
    client.post(f"/office/cases/{case.pk}/find", said)
    assert "Your own" in _text(client, "/office/findings")
    second, _ = _office("second", Role.REVIEWER, Role.CLERK)
    assert "Look and decide" in _text(second, "/office/findings")
    assert "Findings to approve" in _text(second, "/office/")
    with within(HERE):
        finding = Finding.objects.get()
    Officer.objects.get(username="one").grants.create(role=Role.REVIEWER, region="4401", valid_from=DAY)
    own = client.post(f"/office/findings/{finding.pk}/decide", {"decision": "approve"})
    assert "You made this finding" in own.content.decode()
    back = second.post(f"/office/findings/{finding.pk}/decide", {"decision": "return", "note": ""})
    assert "Say what is missing" in back.content.decode()
    shown = second.post(f"/office/findings/{finding.pk}/decide", {"decision": "approve", "note": "agreed"})
    assert "What it does to pay" in shown.content.decode()
    assert _now(case).state == CaseState.FOUND, "nothing happens before it was looked at"
    said = {"decision": "approve", "confirm": "1", "version": _now(case).version, "sure": "on"}
    second.post(f"/office/findings/{finding.pk}/decide", {**said, "note": "agreed"})
    assert (_now(case).state, _now(case).outcome) == (CaseState.CLOSED, "dead")
    assert "Nothing waits for approval" in _text(second, "/office/findings")


def test_an_appeal_is_taken_in_and_decided_on_pages(desk: tuple[Client, Actor, Case]) -> None:
    client, _, case = desk
    refused = client.post(f"/office/people/{case.person_id}/appeal", {"way": "letter", "text": ""})
    assert "in the person&#x27;s own words" in refused.content.decode()
    made = client.post(f"/office/people/{case.person_id}/appeal", {"way": "letter", "text": "I live."}, follow=True)
    with within(HERE):
        appeal = Appeal.objects.get()
    assert appeal.reference in made.content.decode()
    second, _ = _office("second", Role.REVIEWER)
    assert appeal.reference in _text(second, f"/office/appeals?text={appeal.reference.lower()}")
    assert "No appeal here" in _text(second, "/office/appeals?state=upheld")
    address = f"/office/appeals/{appeal.pk}"
    assert second.post(address, {"upheld": "yes", "answer": ""}).status_code == 422
    second.post(address, {"upheld": "yes", "answer": "You are right."})
    assert "Upheld" in _text(second, address)


def test_a_report_opens_a_case_which_the_persons_page_tells(desk: tuple[Client, Actor, Case]) -> None:
    client, _, _ = desk
    other = person("110105194912310011")
    said = {"region": "440104", "kind": "report", "note": "a neighbour called"}
    made = client.post(f"/office/people/{other}/report", said, follow=True).content.decode()
    assert "a neighbour called" in made
    again = client.post(f"/office/people/{other}/report", said).content.decode()
    assert "open case already" in again
    assert "Reported" in _text(client, f"/office/people/{other}")


def test_a_run_is_taken_over_from_its_page_with_a_reason(desk: tuple[Client, Actor, Case]) -> None:
    client, by, case = desk
    run = listing(Listed(case.person_id), region="4401", as_of=DAY + timedelta(days=1))
    assert "Take over this run" in _text(client, f"/office/runs/{run.pk}")
    preview = _text(client, f"/office/runs/{run.pk}/adopt")
    assert "Open cases that are brought up to date" in preview
    assert "Say why" in client.post(f"/office/runs/{run.pk}/adopt", {"reason": ""}).content.decode()
    client.post(f"/office/runs/{run.pk}/adopt", {"reason": "monthly"})
    assert "Waiting for the worker" in _text(client, f"/office/runs/{run.pk}/adoption")
    with within(Scope("4401")):
        Adoption.objects.filter(run=run.pk).update(state="done", updated=1)
    ended = client.get(f"/office/runs/{run.pk}/adoption")
    assert ended["HX-Refresh"] == "true"
    assert "1 updated" in ended.content.decode()
    assert "cannot be taken over here" in _text(client, f"/office/runs/{run.pk}/adopt")
    del by


def test_a_feed_shows_its_precision_and_tells_its_department(desk: tuple[Client, Actor, Case]) -> None:
    client, _, case = desk
    said = {"version": 1, "outcome": "alive", "note": "seen", "day": "2026-06-30", "way": "visit"}
    client.post(f"/office/cases/{case.pk}/find", said)
    assert "confirmed 0 and refuted 1" in _text(client, "/office/feeds/civil_cremation")
    assert "0 yes, 1 no" in _text(client, "/office/feeds")
    notice = client.post("/office/feeds/civil_cremation/notice")
    assert notice["Content-Disposition"].startswith('attachment; filename="civil_cremation-4401-')
    assert b",c1,refuted," in notice.content
    again = client.post("/office/feeds/civil_cremation/notice", follow=True)
    assert "No record of this feed" in again.content.decode()


def test_a_supervisor_opens_no_case_and_another_city_none_of_ours(desk: tuple[Client, Actor, Case]) -> None:
    _, _, case = desk
    over, _ = _office("over", Role.SUPERVISOR)
    assert over.get("/office/cases").status_code == 403
    far, _ = _office("far", Role.CLERK, region="4403")
    assert "No case here" in _text(far, "/office/cases")
    _text(far, f"/office/cases/{case.pk}", 404)


def test_questions_to_the_database_do_not_grow_with_rows(desk: tuple[Client, Actor, Case]) -> None:
    client, by, case = desk
    numbers = []
    _text(client, "/office/cases")  # the first request of a session writes it
    for more in (0, 30):
        rows = [Listed(person(f"11010519491232{n:04}")) for n in range(more)]
        if rows:
            taken_over(listing(*rows, Listed(case.person_id), region="4401", as_of=DAY + timedelta(days=1)), by)
        for address in ("/office/cases", "/office/findings", "/office/appeals", f"/office/cases/{case.pk}"):
            with CaptureQueriesContext(connection) as counted:
                _text(client, address)
            numbers.append(len(counted))
    assert numbers[:4] == numbers[4:]
    assert max(numbers) < 40
