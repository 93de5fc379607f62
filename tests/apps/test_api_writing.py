"""Writes happen once, in the client's region, with an entry in the trail (platform.md, "API resources")."""

import threading
import time
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connections, transaction
from django.http import HttpResponse

from anling.api.models import Answer
from anling.api.tasks import forget
from anling.audit.kinds import Kind
from anling.audit.models import Entry
from anling.audit.scope import within
from anling.audit.values import Scope
from anling.territory.models import Outlet, Unit
from tests.support.client import Caller, caller, places, read

UNIT = {"name": "新单位", "kind": "committee", "region": "440104"}
OUTLET = {
    "name": "新网点",
    "region": "440104",
    "address": "某路2号",
    "latitude": 23.1281234567,
    "valid_to": "2027-01-31",
}


def _put(ours: Caller, code: str, body: object, key: str = "k") -> HttpResponse:
    return ours.send("PUT", f"/units/{code}", body, Idempotency_Key=key)


def _kept() -> int:
    with within(Scope("44")):
        return Answer.objects.count()


@pytest.mark.usefixtures("db")
def test_a_unit_and_an_outlet_are_written_as_told_and_recorded_for_the_client() -> None:
    places()
    ours = caller()
    assert read(_put(ours, "NEW", UNIT)) == {"code": "NEW", "phone": "", **UNIT}
    answer = ours.send("PUT", "/outlets/NEW", OUTLET, Idempotency_Key="o")
    assert read(answer) == read(ours.get("/outlets/NEW"))
    assert (read(answer)["latitude"], read(answer)["valid_to"]) == (23.128123, "2027-01-31")
    assert Outlet.objects.get(code="NEW").address == "某路2号"
    entries = [(entry.kind, entry.doer, entry.region) for entry in Entry.objects.order_by("pk")]
    assert entries == [(kind, ours.system.key, "440104") for kind in (Kind.UNIT_CHANGED, Kind.OUTLET_CHANGED)]


@pytest.mark.usefixtures("db")
def test_another_regions_places_cannot_be_written_or_moved_here() -> None:
    places()
    ours = caller("4401")
    assert _put(ours, "NEW", {**UNIT, "region": "440305"}, "a").status_code == 403
    assert _put(ours, "U440305", UNIT, "b").status_code == 403
    assert not Unit.objects.filter(code="NEW").exists()
    assert Unit.objects.get(code="U440305").region_id == "440305"
    assert Entry.objects.count() == 0


@pytest.mark.usefixtures("db")
def test_reading_places_does_not_allow_writing_them() -> None:
    places()
    assert _put(caller(scopes="places:read"), "NEW", UNIT).status_code == 403


@pytest.mark.usefixtures("db")
@pytest.mark.parametrize("change", [{"name": ""}, {"kind": "x"}, {"region": "440199"}, {"phone": 7}, {"more": 1}])
def test_what_cannot_be_written_is_refused_and_its_key_may_try_again(change: dict[str, object]) -> None:
    places()
    ours = caller()
    assert _put(ours, "NEW", {**UNIT, **change}).status_code == 422
    assert _kept() == 0
    assert _put(ours, "NEW", UNIT).status_code == 200


@pytest.mark.usefixtures("db")
def test_the_same_key_and_body_get_the_same_answer_and_nothing_happens_twice() -> None:
    places()
    ours = caller()
    first = _put(ours, "NEW", UNIT)
    _put(ours, "NEW", {**UNIT, "name": "再改"}, "later")
    again = _put(ours, "NEW", UNIT)
    assert (again.status_code, again.content, again["Idempotency-Replayed"]) == (200, first.content, "true")
    assert "Idempotency-Replayed" not in first
    assert Unit.objects.get(code="NEW").name == "再改"
    assert Entry.objects.count() == 2


@pytest.mark.usefixtures("db")
def test_a_key_used_for_another_request_is_refused() -> None:
    places()
    ours = caller()
    _put(ours, "NEW", UNIT)
    for answer in (_put(ours, "NEW", {**UNIT, "name": "别的"}), _put(ours, "OTHER", UNIT)):
        assert (answer.status_code, read(answer)["type"]) == (422, "/api/v1/docs#problem-key-used")


@pytest.mark.usefixtures("db")
def test_a_key_stays_used_when_the_client_gets_another_region_and_tells_nothing_of_the_old_one() -> None:
    places()
    ours = caller("4401")
    assert _put(ours, "NEW", UNIT).status_code == 200
    ours.system.region = "4403"
    ours.system.save()
    for body in (UNIT, {**UNIT, "region": "440305"}):
        answer = ours.send("PUT", "/units/NEW", body, Idempotency_Key="k", Accept_Language="en")
        assert (answer.status_code, read(answer)["type"]) == (422, "/api/v1/docs#problem-key-used")
        assert "another region" in read(answer)["detail"]
    ours.system.region = "4401"
    ours.system.save()
    assert _put(ours, "NEW", UNIT)["Idempotency-Replayed"] == "true"


@pytest.mark.usefixtures("db")
def test_a_key_of_another_region_is_free_again_after_48_hours() -> None:
    places()
    ours = caller("4401")
    _put(ours, "NEW", UNIT)
    with within(Scope("44")):
        Answer.objects.update(at=datetime.now(UTC) - timedelta(hours=49))
    ours.system.region = "4403"
    ours.system.save()
    assert _put(ours, "OTHER", {**UNIT, "region": "440305"}).status_code == 200


@pytest.mark.usefixtures("db")
def test_another_clients_key_is_its_own() -> None:
    places()
    _put(caller(), "NEW", UNIT)
    assert "Idempotency-Replayed" not in _put(caller(), "NEW", UNIT)


@pytest.mark.usefixtures("db")
@pytest.mark.parametrize("headers", [{}, {"Idempotency_Key": " "}, {"Idempotency_Key": "x" * 256}])
def test_a_write_without_a_usable_key_is_refused(headers: dict[str, str]) -> None:
    places()
    answer = caller().send("PUT", "/units/NEW", UNIT, **headers)
    assert (answer.status_code, read(answer)["type"]) == (400, "/api/v1/docs#problem-bad-request")
    assert not Unit.objects.filter(code="NEW").exists()


@pytest.mark.usefixtures("db")
def test_a_key_is_forgotten_after_48_hours_and_not_before() -> None:
    places()
    ours = caller()
    _put(ours, "NEW", UNIT)
    with within(Scope("44")):
        given = Answer.objects.get().at
    forget(int((given + timedelta(hours=47)).timestamp()))
    assert _kept() == 1
    forget(int((given + timedelta(hours=49)).timestamp()))
    assert _kept() == 0


@pytest.mark.usefixtures("db")
def test_an_answer_past_its_time_is_not_given_again_even_before_it_is_removed() -> None:
    places()
    ours = caller()
    _put(ours, "NEW", UNIT)
    with within(Scope("44")):
        Answer.objects.update(at=datetime.now(UTC) - timedelta(hours=48, seconds=1))
    assert "Idempotency-Replayed" not in _put(ours, "NEW", {**UNIT, "name": "改"})
    assert "Idempotency-Replayed" in _put(ours, "NEW", {**UNIT, "name": "改"})


def _waiting(seconds: float = 20) -> bool:
    """Whether within that time somebody waits for the row."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        with connections["owner"].cursor() as cursor:
            cursor.execute("SELECT count(*) FROM pg_locks WHERE NOT granted")
            if cursor.fetchone()[0]:
                return True
        time.sleep(0.05)
    return False


@pytest.mark.usefixtures("flushed")
def test_the_same_key_at_the_same_time_is_refused_while_the_first_is_in_work() -> None:
    places()
    ours, answers = caller(), []

    def first() -> None:
        answers.append(_put(ours, "U440104", UNIT))
        connections.close_all()

    with transaction.atomic(using="owner"):
        with connections["owner"].cursor() as cursor:
            cursor.execute("SELECT 1 FROM territory_unit WHERE code = 'U440104' FOR UPDATE")
        thread = threading.Thread(target=first)
        thread.start()
        assert _waiting()
        second = _put(ours, "U440104", UNIT)
    thread.join(20)
    assert (second.status_code, [answer.status_code for answer in answers]) == (409, [200])
    third = _put(ours, "U440104", UNIT)
    assert (third.content, third["Idempotency-Replayed"]) == (answers[0].content, "true")
    assert Entry.objects.filter(kind=Kind.UNIT_CHANGED).count() == 1
