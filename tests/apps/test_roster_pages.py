"""The officers' pages of the roster: search, one person, imports, clean-up; masked, scoped, no slower for many rows."""

import csv
import html
import io
import re
from collections.abc import Callable
from pathlib import Path
from threading import Thread
from typing import Any

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection, connections
from django.test import Client
from django.test.utils import CaptureQueriesContext
from procrastinate.contrib.django import app

from anling.access.models import Officer
from anling.access.queries import actor_of
from anling.access.roles import Role
from anling.audit.kinds import Kind
from anling.audit.models import Entry
from anling.audit.scope import within
from anling.audit.values import Scope
from anling.feeds.roster_import import apply_file
from anling.roster import operations, queries
from anling.roster.models import Benefit, Finding, RosterImport
from tests.support.platform import DAY, NOW, clerk, officer
from tests.support.rosters import check, load, number, row, write

ROWS = (
    row(1, name="陈小明"), row(2, name="欧阳娜娜", scheme="employee"), row(3, name="买买提·阿不都"),
    row(4, name="John Smith", id_type="08"), row(5, name="陳大文", region="440305"),
)  # fmt: skip


def _signed_in(region: str = "44", username: str = "li", role: Role = Role.CLERK) -> tuple[Client, Officer]:
    someone = officer(username, role, region)
    client = Client(SERVER_NAME="localhost")
    client.force_login(someone, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client, someone


def _found(client: Client, **asked: str) -> set[str]:
    page = client.post("/office/people/search", asked, follow=True).content.decode()
    names = {each["name"] for each in ROWS}
    return {name for name in names if f">{name}</a>" in page}


@pytest.mark.usefixtures("db")
def test_people_are_found_by_part_of_a_name_and_by_number(tmp_path: Path) -> None:
    client, someone = _signed_in()
    rows = [{name: value for name, value in each.items() if name != "id_type"} for each in ROWS]
    load(tmp_path / "roster.csv", actor_of(someone, DAY), *rows)
    everybody = {each["name"] for each in ROWS}
    assert _found(client) == everybody
    asked = {
        "陈小明": {"陈小明"}, "小明": {"陈小明"}, "娜娜": {"欧阳娜娜"}, "欧阳娜": {"欧阳娜娜"},
        "阿不": {"买买提·阿不都"},
        "陈": {"陈小明", "陳大文"}, "陈大文": {"陳大文"}, "chen xiao": {"陈小明"}, "smith": {"John Smith"},
        number(2): {"欧阳娜娜"}, "P3": {"买买提·阿不都"}, "B1": {"陈小明"}, "明小": set(),
    }  # fmt: skip
    assert {text: _found(client, text=text) for text in asked} == asked
    assert _found(client, scheme="employee") == {"欧阳娜娜"}
    assert _found(client, region="4403") == {"陳大文"}


def _rows_of(answer: Any, kind: str) -> list[list[str]]:
    content = answer.getvalue()
    if kind == "csv":
        return list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline="")))
    sheet = openpyxl.load_workbook(io.BytesIO(content), read_only=True).active
    return [[str(cell or "") for cell in row] for row in sheet.iter_rows(values_only=True)]


@pytest.mark.usefixtures("db")
@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_people_are_taken_out_as_filtered_masked_guarded_and_recorded_with_the_filter(
    tmp_path: Path, kind: str
) -> None:  # fmt: skip
    client, someone = _signed_in()
    load(tmp_path / "roster.csv", actor_of(someone, DAY), row(1, name="陈小明", unit="=1+1"), row(2, name="王五"))
    assert client.get("/office/people/export", {"text": "小明"}).status_code == 405
    answer = client.post("/office/people/export", {"text": "小明", "format": kind})
    header, *rows = _rows_of(answer, kind)
    (cells,) = (dict(zip(header, each, strict=True)) for each in rows)
    hidden = number(1)[:4] + "*" * 10 + number(1)[-4:]
    assert (cells["benefit_no"], cells["name"], cells["id_number"]) == ("B1", "陈小明", hidden)
    assert cells["unit"] == ("'=1+1" if kind == "csv" else "=1+1")
    entry = Entry.objects.get(kind=Kind.LIST_EXPORTED)
    assert (entry.rows, entry.after) == (1, {"text": "小＊", "format": kind})


@pytest.mark.usefixtures("db")
def test_a_number_that_is_searched_by_is_in_no_address(tmp_path: Path) -> None:
    client, someone = _signed_in()
    load(tmp_path / "roster.csv", actor_of(someone, DAY), row(1), row(2))
    led = client.post("/office/people/search", {"text": number(1), "scheme": "resident", "sort": "-name"})
    address = led["Location"]
    assert (led.status_code, number(1) in address, number(1)[6:14] in address) == (302, False, False)
    assert "scheme=resident" in address
    assert "sort=-name" in address
    again = client.post("/office/people/search", {"text": number(1), "scheme": "resident", "sort": "-name"})
    assert again["Location"] == address
    for _ in range(2):  # the way back, and a reload
        page = client.get(address).content.decode()
        assert ">B1<" not in page.split("<tbody>")[0]
        assert page.split("<tbody>")[1].count("/office/people/") == 1
    links = re.findall(r'(?:href|action)="([^"]*)"', page)
    assert not [link for link in links if number(1) in link]
    hidden = dict(re.findall(r'<input type="hidden" name="([^"]*)" value="([^"]*)">', page.split("people/export")[1]))
    exported = client.post("/office/people/export", {**hidden, "format": "csv"}).getvalue().decode()
    assert exported.count("\n") == 2
    masked = number(1)[:4] + "*" * 10 + number(1)[-4:]
    assert Entry.objects.get(kind=Kind.LIST_EXPORTED).after == {
        "text": masked, "scheme": "resident", "format": "csv"
    }  # fmt: skip
    typed = client.get("/office/people", {"text": number(1)})
    assert (typed.status_code, number(1) in typed["Location"]) == (302, False)
    other, _ = _signed_in(username="wang")
    page = other.get(address).content.decode()
    assert "另一次登录" in page
    assert "<tbody>" not in page


@pytest.mark.usefixtures("db")
def test_an_agency_that_numbers_people_by_identity_number_shows_none_of_it(tmp_path: Path) -> None:
    client, someone = _signed_in()
    told = row(1, person_no=number(1), benefit_no=f"A-{number(1)}-resident")
    load(tmp_path / "roster.csv", actor_of(someone, DAY), told)
    with within(Scope("44")):
        key = Benefit.objects.get().person_id
    hidden = f"A-{number(1)[:4]}{'*' * 10}{number(1)[-4:]}-resident"
    page = client.get(f"/office/people/{key}").content.decode()
    exported = client.post("/office/people/export", {"format": "csv"}).getvalue().decode()
    for shown in (page, exported):
        assert hidden in shown
        assert number(1) not in shown


@pytest.mark.usefixtures("db")
def test_people_sort_by_a_column_and_back(tmp_path: Path) -> None:
    client, someone = _signed_in()
    rows = (row(1, unit="U2"), row(2, unit="U3"), row(3, unit="U1"))
    load(tmp_path / "roster.csv", actor_of(someone, DAY), *rows)

    def units(sort: str) -> list[str]:
        page = client.get("/office/people", {"sort": sort}).content.decode()
        assert f'aria-sort="{"descending" if sort.startswith("-") else "ascending"}"' in page
        return re.findall(r"<td>(U[0-9])</td>", page)

    assert units("unit") == ["U1", "U2", "U3"]
    assert units("-unit") == ["U3", "U2", "U1"]


@pytest.mark.usefixtures("db")
def test_a_person_shows_masked_and_only_to_those_who_pay(tmp_path: Path) -> None:
    client, someone = _signed_in()
    by = actor_of(someone, DAY)
    load(tmp_path / "roster.csv", by, row(1))
    load(tmp_path / "roster.csv", by, row(1, phone="13911112222"))
    with within(Scope("44")):
        key = Benefit.objects.get().person_id
    page = client.get(f"/office/people/{key}").content.decode()
    assert "陈小明" in page
    assert "phone" in page
    for secret in (number(1), "13800000000", "13911112222"):
        assert secret not in page
    elsewhere, _ = _signed_in("4403", "shenzhen")
    assert elsewhere.get(f"/office/people/{key}").status_code == 404
    assert _found(elsewhere) == set()


@pytest.mark.usefixtures("db")
def test_number_phone_and_address_are_read_in_clear_with_a_reason_that_is_recorded(tmp_path: Path) -> None:
    client, someone = _signed_in("4401")
    load(tmp_path / "roster.csv", actor_of(someone, DAY), row(1))
    with within(Scope("44")):
        benefit = Benefit.objects.get()
        Benefit.objects.update(address="广州市越秀区东风路1号")
    page = client.get(f"/office/people/{benefit.person_id}").content.decode()
    elsewhere, _ = _signed_in("4403", "shenzhen")
    for address, secret in (
        (f"person/{benefit.person_id}/id_number", number(1)),
        (f"benefit/{benefit.pk}/phone", "13800000000"),
        (f"benefit/{benefit.pk}/address", "广州市越秀区东风路1号"),
    ):
        assert f'hx-get="/office/reveal/{address}/why"' in page
        assert secret not in page
        recorded = Entry.objects.filter(kind=Kind.FIELD_REVEALED)
        before = recorded.count()
        assert secret not in client.post(f"/office/reveal/{address}", {"reason": ""}).content.decode()
        assert elsewhere.post(f"/office/reveal/{address}", {"reason": "call them back"}).status_code == 404
        assert recorded.count() == before
        assert secret in client.post(f"/office/reveal/{address}", {"reason": "call them back"}).content.decode()
        entry = recorded.latest("pk")
        assert (entry.region, entry.reason) == ("440104", "call them back")
    assert client.post("/office/reveal/person/x/id_number", {"reason": "call them back"}).status_code == 404


@pytest.mark.usefixtures("db")
@pytest.mark.parametrize("address", ["/office/people", "/office/people?text=小明", "/office/people/{key}"])
def test_more_rows_need_no_more_queries(address: str, tmp_path: Path) -> None:
    client, someone = _signed_in()
    by = actor_of(someone, DAY)

    def queries() -> int:
        with within(Scope("44")):
            key = Benefit.objects.order_by("pk")[0].person_id
        with CaptureQueriesContext(
            connection,
        ) as seen:
            assert client.get(address.format(key=key)).status_code == 200
        return len(seen)

    load(tmp_path / "roster.csv", by, row(1))
    client.get("/office/people")
    few = queries()
    load(tmp_path / "roster.csv", by, *(row(n, unit=f"U{n}") for n in range(1, 20)),
         row(30, id_number=number(1), scheme="employee"))  # fmt: skip
    assert queries() == few


@pytest.fixture
def worked(flushed: None) -> Callable[[], None]:
    """Does the jobs that are waiting, as the worker would."""
    del flushed

    def work() -> None:
        with app.replace_connector(app.connector.get_worker_connector()) as worker:  # type: ignore[attr-defined]
            worker.run_worker(wait=False, install_signal_handlers=False, queues=["imports"], listen_notify=False)

    return work


def test_a_file_is_uploaded_looked_at_and_applied(worked: Callable[[], None], tmp_path: Path) -> None:
    client, _ = _signed_in()
    content = write(tmp_path / "roster.csv", row(1), row(2, unit="")).read_bytes()
    sent = client.post("/office/imports", {"file": SimpleUploadedFile("roster.csv", content)})
    key = int(sent["Location"].rpartition("/")[2])
    assert "every 2s" in client.get(f"/office/imports/{key}").content.decode()
    worked()
    page = client.get(f"/office/imports/{key}").content.decode()
    assert f"/office/imports/{key}/apply" in page
    with within(Scope("44")):
        assert Benefit.objects.count() == 0
    assert client.post(f"/office/imports/{key}/apply", {"reason": ""}).status_code == 200, "asks for a reason"
    client.post(f"/office/imports/{key}/apply", {"reason": "monthly roster"})
    worked()
    with within(Scope("44")):
        assert (Benefit.objects.count(), RosterImport.objects.get().state) == (2, "applied")
        finding = Finding.objects.get(kind="unit_missing")
    assert Entry.objects.get(kind=Kind.ROSTER_APPLIED).reason == "monthly roster"
    assert "陈小明" in client.get("/office/cleanup?kind=unit_missing").content.decode()
    client.post(f"/office/cleanup/{finding.pk}", {"note": "asked the committee"})
    with within(Scope("44")):
        finding.refresh_from_db()
    assert (finding.state, finding.note, finding.ended_label) == ("settled", "asked the committee", "li")


def test_a_wrong_file_is_told_on_its_page(worked: Callable[[], None]) -> None:
    client, _ = _signed_in()
    sent = client.post("/office/imports", {"file": SimpleUploadedFile("roster.csv", b"a,b\n1,2\n")})
    worked()
    page = client.get(sent["Location"]).content.decode()
    with within(Scope("44")):
        error = RosterImport.objects.get().error
    assert error.startswith("roster.csv")
    chinese, english = error.split(" / ")
    assert (chinese in page, html.escape(english) in page) == (True, False), "in the language of the reader"
    elsewhere, _ = _signed_in("4403", "shenzhen")
    assert elsewhere.get(sent["Location"]).status_code == 404


@pytest.mark.usefixtures("db")
def test_what_stands_for_any_character_elsewhere_is_a_plain_one_here(tmp_path: Path) -> None:
    load(tmp_path / "roster.csv", clerk(), row(1), row(2, name="Mary Smith"), row(3, name="张%明"))

    def found(text: str) -> set[str]:
        with within(Scope("44")):
            return {each.benefit_no for each in queries.people(queries.Wanted(text=text))}

    for text in ("%", "_", "陈%", "陈_明", "M%", "Mary_Smith", "%Smith", "陈\\", "*", "?"):
        assert found(text) == set(), text
    assert (found("张%"), found("小明"), found("smith")) == ({"B3"}, {"B1"}, {"B2"})


@pytest.mark.usefixtures("flushed")
def test_an_import_that_is_applied_says_how_many_rows_are_written(tmp_path: Path) -> None:
    client, someone = _signed_in()
    by = actor_of(someone, DAY)
    shown = check(write(tmp_path / "roster.csv", row(1), row(2), row(3)), by)
    operations.ask_to_apply(key=shown.pk, by=by)
    said: list[tuple[str, ...]] = []

    def look() -> None:
        page = client.get(f"/office/imports/{shown.pk}/progress").content.decode()
        said.extend(re.findall(r"已写入 ([0-9,]+) 行，共 ([0-9,]+) 行", page))
        connections.close_all()

    def watched(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        done = execute(sql, params, many, context)
        if "application_name" in sql:  # between two statements of the worker, the page is asked for
            asking = Thread(target=look)
            asking.start()
            asking.join()
        return done

    look()
    with connection.execute_wrapper(watched):
        apply_file(key=shown.pk, by=by, at=NOW)
    assert said == [("0", "12"), ("3", "12"), ("6", "12"), ("9", "12"), *[("12", "12")] * 3]
    look()
    assert len(said) == 7, "nothing is left once it is applied"
