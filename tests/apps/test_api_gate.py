"""The way in: tokens, scopes, limits, and errors that are all of one shape (RFC 6749, RFC 9457)."""

import json
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone
from oauth2_provider.models import AccessToken

from anling.access.roles import Role
from tests.support.client import NUMBER, SECRET, Caller, ask_for_token, caller, person, places, read, system, web
from tests.support.platform import PASSWORD, officer

pytestmark = pytest.mark.usefixtures("db")


def _problem(answer: Any) -> tuple[int, str]:
    """Status and kind of an answer that says, as the documents have it, what is wrong."""
    assert answer["Content-Type"] == "application/problem+json"
    told: dict[str, Any] = json.loads(answer.content)
    assert told["status"] == answer.status_code
    assert told["detail"]
    return answer.status_code, told["type"].removeprefix("/api/v1/docs#problem-")


def test_a_token_is_given_for_an_hour_and_kept_as_a_checksum_only() -> None:
    answer = ask_for_token(system())
    told = read(answer)
    assert (answer.status_code, told["token_type"], told["expires_in"]) == (200, "Bearer", 3600)
    assert answer["Cache-Control"] == "no-store"
    (kept,) = AccessToken.objects.all()
    assert told["access_token"] not in (kept.token, kept.token_checksum)


def test_a_stored_secret_is_a_hash_and_still_opens() -> None:
    client = system()
    client.hash_client_secret, client.client_secret = True, SECRET
    client.save()
    assert client.client_secret.startswith("scrypt$")
    assert ask_for_token(client).status_code == 200


def test_a_wrong_secret_another_grant_or_a_scope_not_allowed_gets_no_token() -> None:
    client = system(scopes="places:read")
    assert read(ask_for_token(client, "wrong"))["error"] == "invalid_client"
    assert read(ask_for_token(client, grant_type="password", username="a", password="b"))["error"] == (
        "unsupported_grant_type"
    )
    assert read(ask_for_token(client, scope="people:read"))["error"] == "invalid_scope"
    assert not AccessToken.objects.exists()


def test_no_token_a_wrong_one_and_one_in_the_address_are_refused() -> None:
    ours = caller()
    for answer in (
        web().get("/api/v1/regions"),
        web().get("/api/v1/regions", headers={"Authorization": "Bearer nonsense"}),
        web().get("/api/v1/regions", headers={"Authorization": "Basic abc"}),
        web().get(f"/api/v1/regions?access_token={ours.token}"),
    ):
        assert _problem(answer) == (401, "no-token")
        assert answer["WWW-Authenticate"].startswith("Bearer")
    assert ours.get("/regions").status_code == 200


def test_an_expired_token_is_refused() -> None:
    ours = caller()
    AccessToken.objects.update(expires=timezone.now() - timedelta(seconds=1))
    assert _problem(ours.get("/regions")) == (401, "no-token")


def test_an_officers_session_opens_nothing() -> None:
    officer("clerk", Role.CLERK, "44")
    browser = web()
    assert browser.login(username="clerk", password=PASSWORD)
    assert _problem(browser.get("/api/v1/benefits")) == (401, "no-token")


def test_an_officers_session_beside_a_token_does_not_widen_the_region() -> None:
    officer("clerk", Role.CLERK, "44")
    there = person("X", "440305")
    ours = caller("4401")
    assert ours.web.login(username="clerk", password=PASSWORD)
    assert ours.get(f"/people/{there}").status_code == 404


def test_the_scope_of_the_token_and_of_the_client_both_count() -> None:
    key = person()
    narrow = caller(scopes="places:read")
    assert narrow.get("/regions").status_code == 200
    assert _problem(narrow.get(f"/people/{key}")) == (403, "not-allowed")
    client = system()
    asked = Caller(client, read(ask_for_token(client, scope="places:read"))["access_token"], web())
    assert _problem(asked.get(f"/people/{key}")) == (403, "not-allowed")


def test_a_scope_taken_from_the_client_is_gone_at_once() -> None:
    ours = caller()
    assert ours.get("/benefits").status_code == 200
    ours.system.allowed_scopes = "places:read"
    ours.system.save()
    assert _problem(ours.get("/benefits")) == (403, "not-allowed")


def test_a_client_without_a_region_may_do_nothing() -> None:
    assert _problem(caller(region="").get("/regions")) == (403, "not-allowed")


def test_the_limit_of_a_client_is_told_and_kept() -> None:
    ours, others = caller(per_minute=2), caller(per_minute=2)
    answers = [ours.get("/regions") for _ in range(3)]
    assert [answer.status_code for answer in answers] == [200, 200, 429]
    assert answers[0]["RateLimit-Policy"] == '"minute";q=2;w=60'
    assert answers[0]["RateLimit"].startswith('"minute";r=1;t=')
    assert _problem(answers[2]) == (429, "too-many")
    assert 1 <= int(answers[2]["Retry-After"]) <= 60
    assert others.get("/regions").status_code == 200


def test_trying_secrets_is_limited() -> None:
    client = system()
    statuses = [ask_for_token(client, "wrong").status_code for _ in range(31)]
    assert statuses == [401] * 30 + [429]
    assert _problem(answer := ask_for_token(client)) == (429, "too-many")
    assert 1 <= int(answer["Retry-After"]) <= 60


def test_what_cannot_be_read_is_refused_by_its_kind() -> None:
    ours = caller()
    assert _problem(ours.send("POST", "/people/search", b"{")) == (400, "bad-request")
    assert _problem(ours.send("POST", "/people/search", b"a=b", content_type="text/plain")) == (415, "wrong-type")
    assert _problem(ours.send("POST", "/people/search", b" " * (2 * 1024 * 1024 + 1))) == (413, "too-large")
    assert _problem(ours.get("/nothing")) == (404, "not-found")
    assert _problem(ours.get("/people/999999999999999999")) == (404, "not-found")
    answer = ours.send("DELETE", "/regions", {})
    assert _problem(answer) == (405, "wrong-method")
    assert answer["Allow"] == "GET"


@pytest.mark.parametrize(
    "question", ["limit=0", "limit=501", "limit=x", "cursor=abc", "cursor=%00", "region=44010", "region=44%25"]
)
def test_a_question_that_cannot_be_answered_names_its_field(question: str) -> None:
    answer = caller().get(f"/units?{question}")
    assert _problem(answer) == (422, "invalid")
    errors = json.loads(answer.content)["errors"]
    assert [error["field"].split(".")[-1] for error in errors] == [question.split("=", maxsplit=1)[0]]


def test_a_cursor_of_another_list_is_refused() -> None:
    places()
    ours = caller()
    cursor = read(ours.get("/units?limit=1"))["next"]
    assert _problem(ours.get(f"/benefits?cursor={cursor}")) == (422, "invalid")


def test_no_error_and_no_log_line_repeats_a_number(caplog: pytest.LogCaptureFixture) -> None:
    ours = caller()
    answers = [
        ours.send("POST", "/people/search", {"id_number": NUMBER, "id_type": NUMBER}),
        ours.send("POST", "/people/search", {"id_number": NUMBER * 3}),
        ours.send("POST", "/people/search", {"id_number": f"{NUMBER}\x00"}),
        ours.send("POST", "/people/search", {"id_number": NUMBER, "more": NUMBER}),
        ours.send("POST", "/people/search", f'"{NUMBER}'.encode()),
        ours.send("POST", "/people/search", {"id_number": NUMBER}),
    ]
    assert [answer.status_code for answer in answers] == [422, 422, 422, 422, 400, 200]
    assert not [answer for answer in answers if NUMBER in answer.content.decode()]
    assert NUMBER not in caplog.text


def test_no_address_of_the_api_takes_a_number() -> None:
    description = read(web().get("/api/v1/openapi.json"))
    fields = {
        parameter["name"] for methods in description["paths"].values() for told in methods.values()
        for parameter in told["parameters"] if parameter["in"] != "header"
    }  # fmt: skip
    assert fields == {"limit", "cursor", "region", "parent", "level", "code", "unit", "scheme", "pay_status",
                      "person_id", "benefit_id", "batch_id", "number", "benefit", "way", "updated_since", "feed",
                      "state", "list", "reason", "case_id", "person", "action"}  # fmt: skip
