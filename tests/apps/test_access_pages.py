"""The pages of the security and the audit administrator, as they see them."""

import csv
import io
from datetime import timedelta

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from anling.access.models import ClientSystem, Officer
from anling.access.revealing import revealable
from anling.access.roles import Role
from anling.audit.kinds import Kind
from anling.audit.models import Entry, Verification
from anling.audit.operations import Subject, record
from anling.audit.sealing import seal
from anling.audit.tasks import verify_trail
from anling.audit.values import machine
from tests.support.platform import NOW, officer
from tests.support.visit import signed_in

pytestmark = pytest.mark.usefixtures("flushed")


def _entries(count: int) -> None:
    for number in range(count):
        with transaction.atomic():
            record(
                Kind.UNIT_CHANGED, by=machine("test"), at=NOW + timedelta(minutes=number),
                on=Subject("unit", str(number), "440104"), before={"name": "old"}, after={"name": "=1+1"}, reason="r",
            )  # fmt: skip


def test_the_trail_pages_by_key_and_filters_and_its_queries_do_not_grow() -> None:
    officer("audit", Role.AUDIT_ADMINISTRATOR)
    client = signed_in("audit")
    _entries(10)
    client.get("/office/trail")
    with CaptureQueriesContext(connection) as few:
        client.get("/office/trail")
    _entries(60)
    with CaptureQueriesContext(connection) as many:
        page = client.get("/office/trail").content.decode()
    assert len(few) == len(many)
    assert page.count("/office/trail/") >= 50
    older = client.get("/office/trail", {"below": Entry.objects.order_by("-pk")[49].pk}).content.decode()
    assert "Signed in" in older.split("<tbody>")[1]  # the filter above offers the word too
    units = client.get("/office/trail", {"kind": Kind.UNIT_CHANGED}).content.decode()
    assert "Signed in" not in units.split("<tbody>")[1]
    assert "No entries" in client.get("/office/trail", {"doer": "officer:999"}).content.decode()
    one = Entry.objects.filter(kind=Kind.UNIT_CHANGED).first()
    assert one is not None
    detail = client.get(f"/office/trail/{one.pk}").content.decode()
    assert "old" in detail
    assert "=1+1" in detail
    assert client.get("/office/trail/999999").status_code == 404


def test_the_export_holds_what_was_filtered_is_recorded_and_calculates_nothing() -> None:
    officer("audit", Role.AUDIT_ADMINISTRATOR)
    client = signed_in("audit")
    _entries(3)
    answer = client.post("/office/trail/export", {"kind": Kind.UNIT_CHANGED, "format": "csv"})
    rows = list(csv.DictReader(io.StringIO(answer.getvalue().decode("utf-8-sig"))))
    assert [(row["object_key"], row["reason"]) for row in rows] == [("0", "r"), ("1", "r"), ("2", "r")]
    told = Entry.objects.get(kind=Kind.TRAIL_EXPORTED)
    assert (told.rows, told.after, len(told.content_hash)) == (3, {"kind": Kind.UNIT_CHANGED.value}, 64)
    book = client.post("/office/trail/export", {"format": "xlsx"})
    assert book.getvalue()[:2] == b"PK"


def test_a_verification_is_asked_for_runs_as_a_job_and_tells_its_result() -> None:
    officer("audit", Role.AUDIT_ADMINISTRATOR)
    client = signed_in("audit")
    seal(at=NOW)
    client.post("/office/trail/verify")
    assert "Being verified" in client.get("/office/trail").content.decode()
    client.post("/office/trail/verify")
    asked = Verification.objects.get()
    with connection.cursor() as cursor:
        cursor.execute("SELECT args->>'verification' FROM procrastinate_jobs WHERE task_name = 'audit.verify'")
        assert cursor.fetchall() == [(str(asked.pk),)]
    verify_trail(verification=asked.pk)
    assert "as they were written" in client.get("/office/trail/state").content.decode()


def test_an_officer_is_added_granted_and_switched_off_on_the_pages() -> None:
    officer("security", Role.SECURITY_ADMINISTRATOR)
    client = signed_in("security")
    form = {"username": "li", "name": "李四", "role": "clerk", "region": "44010"}
    refused = client.post("/office/officers/add", form).content.decode()
    assert "2, 4, 6, 9 or 12 digits" in refused
    assert "李四" in refused
    assert "The one-time password, shown once" in client.post(
        "/office/officers/add", {**form, "region": "4401"}
    ).content.decode()  # fmt: skip
    li = Officer.objects.get(username="li")
    page = f"/office/officers/{li.pk}"
    assert "李四" in client.get("/office/officers", {"search": "李"}).content.decode()
    said = {"act": "grant", "grant-role": "reviewer", "grant-region": "4401", "grant-valid_from": "2099-01-01"}
    assert client.post(page, said).status_code == 302
    assert li.grants.count() == 2
    client.post(page, {"act": "switch", "switch-reason": "retired"})
    assert not Officer.objects.get(pk=li.pk).is_active
    oneself = f"/office/officers/{Officer.objects.get(username='security').pk}"
    assert "Nobody grants themselves" in client.post(oneself, said).content.decode()


def test_a_secret_is_shown_once() -> None:
    officer("security", Role.SECURITY_ADMINISTRATOR)
    client = signed_in("security")
    form = {"name": "city", "region": "4401", "scopes": "people:read", "per_minute": "60"}
    shown = client.post("/office/clients/add", form).content.decode()
    made = ClientSystem.objects.get()
    assert made.client_id in shown
    page = client.get(f"/office/clients/{made.pk}").content.decode()
    secret = shown.split('<code class="text-break">')[1].split("<")[0]
    assert secret
    assert secret not in page
    assert client.post(f"/office/clients/{made.pk}", {**form, "per_minute": "6"}).status_code == 302
    assert ClientSystem.objects.get().per_minute == 6
    renewed = client.post(f"/office/clients/{made.pk}", {"act": "renew", "renew-reason": "lost"}).content.decode()
    assert "The secret, shown once" in renewed
    assert secret not in renewed


def test_a_masked_field_asks_for_a_reason_and_shows_the_value_once() -> None:
    revealable("test", "number", lambda key: ("440104195001011230", "440104") if key == "7" else None)
    officer("wang", Role.CLERK, "4401")
    client = signed_in("wang")
    assert "Why do you need it" in client.get("/office/reveal/test/7/number/why").content.decode()
    refused = client.post("/office/reveal/test/7/number", {"reason": ""}).content.decode()
    assert "440104195001011230" not in refused
    assert "Say why" in refused
    answer = client.post("/office/reveal/test/7/number", {"reason": "call them back"})
    assert "440104195001011230" in answer.content.decode()
    assert "no-store" in answer["Cache-Control"]
    assert client.post("/office/reveal/test/8/number", {"reason": "call them"}).status_code == 404
    assert Entry.objects.filter(kind=Kind.FIELD_REVEALED).count() == 1
