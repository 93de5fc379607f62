"""The pages about deliveries, through Django's own client: what an officer is told, and what it costs."""

import csv
import io
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from anling.access.models import Officer
from anling.access.roles import Role
from anling.audit.models import Entry
from anling.feeds.models import Batch
from anling.feeds.receiving import take_in
from anling.feeds.tasks import take_in_batch
from tests.apps.deliveries import BAD_ROW, delivered, good, site_rooms, spoilt
from tests.intake.given import FEED_HEADERS, LI, csv_bytes, feed_file, feed_rows
from tests.support.platform import clerk, officer

pytestmark = pytest.mark.usefixtures("db")

TYPED = {
    "feed": "insurance_inpatient",
    "batch": "june",
    "covers_from": "2024-01-01",
    "covers_to": "2024-06-30",
    "delivered_at": "2024-07-25T10:00",
}


def _browser(username: str = "clerk") -> Client:
    client = Client(SERVER_NAME="localhost", headers={"accept-language": "en"})
    client.force_login(
        Officer.objects.get(username=username), backend="allauth.account.auth_backends.AuthenticationBackend"
    )
    return client


def _upload(content: bytes, name: str = "june.csv", **changes: str) -> dict[str, object]:
    return {**TYPED, **changes, "file": SimpleUploadedFile(name, content)}


GOOD = csv_bytes(FEED_HEADERS, feed_rows())


def test_a_delivery_with_a_typed_manifest_is_read_by_the_job_and_shown() -> None:
    clerk()
    browser = _browser()
    answer = browser.post("/office/feeds/upload", _upload(GOOD))
    batch = Batch.objects.get()
    assert answer["Location"] == f"/office/feeds/batches/{batch.pk}"
    waiting = browser.get(f"/office/feeds/batches/{batch.pk}/progress")
    assert b"hx-trigger" in waiting.content
    with connection.cursor() as cursor:
        cursor.execute("SELECT task_name, args FROM procrastinate_jobs")
        ((task, arguments),) = cursor.fetchall()
    assert (task, str(batch.pk) in str(arguments)) == ("feeds.take_in_batch", True)
    take_in_batch.func(batch_id=batch.pk, actor_key=batch.doer)
    done = browser.get(f"/office/feeds/batches/{batch.pk}/progress")
    assert (b"Ready" in done.content, done["HX-Refresh"]) == (True, "true")
    assert b"june" in browser.get("/office/feeds/insurance_inpatient").content


def test_a_wrong_file_is_answered_on_the_page_which_keeps_what_was_typed() -> None:
    clerk()
    answer = _browser().post("/office/feeds/upload", _upload(GOOD, name="june.pdf"))
    text = answer.content.decode()
    assert answer.status_code == 422
    assert "unknown format; send CSV, XLSX, XLS or Parquet" in text
    assert 'value="june"' in text
    assert 'value="2024-06-30"' in text
    assert Batch.objects.get().state == "refused"


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"batch": ""}, "Fill this in, or choose the manifest of the file."),
        ({"covers_to": "2023-01-01"}, "This lies before the first day covered; correct one of them."),
    ],
)
def test_what_is_not_typed_is_asked_for(changes: dict[str, str], sentence: str) -> None:
    clerk()
    answer = _browser().post("/office/feeds/upload", _upload(GOOD, **changes))
    assert sentence in answer.content.decode()
    assert not Batch.objects.exists()


def test_a_manifest_that_does_not_fit_is_answered_like_on_the_command_line(tmp_path: Path) -> None:
    clerk()
    data = good(tmp_path, sha256="0" * 64)
    manifest = SimpleUploadedFile("m.json", data.with_suffix(".json").read_bytes())
    answer = _browser().post(
        "/office/feeds/upload", {"file": SimpleUploadedFile("b1.csv", data.read_bytes()), "manifest": manifest}
    )
    assert "the content does not match the manifest" in answer.content.decode()


def test_the_quarantine_is_shown_without_people_handed_out_with_an_entry_and_comes_back_corrected(
    tmp_path: Path,
) -> None:
    first = delivered(spoilt(tmp_path), site_rooms(), clerk())
    browser = _browser()
    shown = browser.get(f"/office/feeds/batches/{first.pk}").content.decode()
    assert "event_date_missing" in shown
    assert LI not in shown
    for form in ("csv", "xlsx"):
        taken = browser.post(f"/office/feeds/batches/{first.pk}/quarantine", {"form": form})
        assert taken.status_code == 200
        assert taken.getvalue()
    entries = Entry.objects.filter(kind="feeds.quarantine_exported")
    assert [(entry.rows, entry.object_key) for entry in entries] == [(1, str(first.pk))] * 2
    text = _taken(browser, first)
    assert f"s5,{LI},李明,,2024-06-04,discharged" in text
    corrected = text.replace(",李明,,", ",李明,2024-06-01,").encode()
    browser.post(f"/office/feeds/upload?corrects={first.pk}", _upload(corrected, batch="b1-corrected-1"))
    second = Batch.objects.get(batch="b1-corrected-1")
    done = take_in(batch=second, rooms=site_rooms(), by=clerk("44", "another"), at=second.received_at)
    assert (done.state, done.rows, done.quarantined, done.corrects_id) == ("ready", 1, 0, first.pk)
    assert "b1-corrected-1" in browser.get(f"/office/feeds/batches/{first.pk}").content.decode()


def _taken(browser: Client, batch: Batch) -> str:
    """The quarantine of a batch as CSV."""
    answer = browser.post(f"/office/feeds/batches/{batch.pk}/quarantine", {"form": "csv"})
    return answer.getvalue().decode("utf-8-sig")


FORMULAS = ('=HYPERLINK("http://a")', "+1", "-2", "@SUM(A1)", "\ttab", "'=quoted", "'plain", "李=明", "a,b")


@pytest.mark.parametrize("encoding", ["utf-8-sig", "gb18030"])
def test_no_cell_of_the_quarantine_is_a_formula_and_every_value_comes_back_as_it_was_sent(
    encoding: str, tmp_path: Path
) -> None:
    bad = [(f"f{place}", LI, name, "", "2024-06-04", "discharged") for place, name in enumerate(FORMULAS)]
    first = delivered(feed_file(tmp_path, [*feed_rows(), *bad]), site_rooms(), clerk())
    browser = _browser()
    text = _taken(browser, first)
    names = {row["row_id"]: row["name"] for row in csv.DictReader(io.StringIO(text, newline=""))}
    assert [names[f"f{place}"] for place in range(len(FORMULAS))] == [
        "'=HYPERLINK(\"http://a\")", "'+1", "'-2", "'@SUM(A1)", "'\ttab", "''=quoted", "''plain", "李=明", "a,b",
    ]  # fmt: skip
    rows = csv.reader(io.StringIO(text, newline=""))
    assert not [cell for row in rows for cell in row if cell.startswith(("=", "+", "-", "@", "\t", "\r"))]
    corrected = text.replace(",,2024-06-04", ",2024-06-01,2024-06-04").encode(encoding)
    browser.post(f"/office/feeds/upload?corrects={first.pk}", _upload(corrected, batch="b1-corrected-1"))
    second = Batch.objects.get(batch="b1-corrected-1")
    done = take_in(batch=second, rooms=site_rooms(), by=clerk("44", "another"), at=second.received_at)
    assert (done.state, done.rows, done.quarantined) == ("ready", len(FORMULAS), 0)
    kept = site_rooms().kept_file(done).read_text(encoding)
    assert [row["name"] for row in csv.DictReader(io.StringIO(kept, newline=""))] == list(FORMULAS)


def test_a_delivery_that_corrects_nothing_keeps_every_apostrophe(tmp_path: Path) -> None:
    row = ("f1", LI, "'=李明", "2024-06-01", "2024-06-04", "discharged")
    batch = delivered(feed_file(tmp_path, [row]), site_rooms(), clerk())
    assert "'=李明" in site_rooms().kept_file(batch).read_text("utf-8")


def test_the_quarantine_of_the_province_is_not_for_the_clerk_of_a_city(tmp_path: Path) -> None:
    batch = delivered(spoilt(tmp_path), site_rooms(), clerk("44", "province"))
    clerk("4401", "city")
    browser = _browser("city")
    assert browser.get(f"/office/feeds/batches/{batch.pk}").status_code == 200
    assert browser.post(f"/office/feeds/batches/{batch.pk}/quarantine").status_code == 403
    assert not Entry.objects.filter(kind="feeds.quarantine_exported").exists()


@pytest.mark.parametrize("role", [Role.VISITOR, Role.SECURITY_ADMINISTRATOR])
def test_the_pages_are_for_those_who_work_with_feeds(role: Role) -> None:
    officer("other", role, "" if role is Role.SECURITY_ADMINISTRATOR else "44")
    browser = _browser("other")
    assert [browser.get(f"/office/feeds{page}").status_code for page in ("", "/upload", "/police_death")] == [403] * 3


@pytest.mark.parametrize("role", [Role.REVIEWER, Role.SUPERVISOR])
def test_a_reviewer_and_a_supervisor_look_and_hand_nothing_in(role: Role) -> None:
    officer("looking", role, "44")
    browser = _browser("looking")
    assert [browser.get(f"/office/feeds{page}").status_code for page in ("", "/police_death")] == [200, 200]
    assert browser.post("/office/feeds/upload", _upload(GOOD)).status_code == 403


def test_what_there_is_not_is_not_found() -> None:
    clerk()
    browser = _browser()
    pages = ("/unheard_of", "/batches/99999999", "/upload?again=99999999")
    assert [browser.get(f"/office/feeds{page}").status_code for page in pages] == [404] * 3


def test_no_page_asks_more_for_more_deliveries(tmp_path: Path) -> None:
    by, place = clerk(), site_rooms()
    first = delivered(spoilt(tmp_path), place, by)
    browser = _browser()
    pages = ("/office/feeds", "/office/feeds/insurance_inpatient", f"/office/feeds/batches/{first.pk}")
    browser.get(pages[0])  # what a process asks once
    before = [_queries(browser, page) for page in pages]
    fields = {field.attname: getattr(first, field.attname) for field in Batch._meta.fields if field.name != "id"}
    Batch.objects.bulk_create(
        Batch(**{**fields, "batch": f"more-{number}", "corrects_id": first.pk}) for number in range(60)
    )
    assert [_queries(browser, page) for page in pages] == before
    assert b"more-59" in browser.get(pages[1]).content
    assert b"more-0<" in browser.get(f"{pages[1]}?page=3").content
    assert BAD_ROW[0].encode() in browser.get(pages[2]).content


def _queries(browser: Client, page: str) -> int:
    with CaptureQueriesContext(connection) as asked:
        browser.get(page)
    return len(asked)
