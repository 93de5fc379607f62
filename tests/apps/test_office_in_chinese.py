"""The office in Chinese: no page leaves an English sentence to an officer who reads Chinese."""

import pytest
from django.test import Client

from anling.access.models import Officer
from anling.access.roles import Role
from anling.audit.scope import within
from anling.comparison.models import Run
from anling.roster.models import Person
from tests.support.chinese import english_on
from tests.support.platform import officer
from tests.support.province import PROVINCE


def reader_of(username: str) -> Client:
    client = Client(headers={"accept-language": "zh-hans", "host": "localhost"})
    client.force_login(
        Officer.objects.get(username=username), backend="allauth.account.auth_backends.AuthenticationBackend"
    )
    return client


@pytest.fixture(scope="module")
def administrators(finished: Run) -> None:
    del finished
    officer("auditor", Role.AUDIT_ADMINISTRATOR)
    officer("security", Role.SECURITY_ADMINISTRATOR)
    officer("technician", Role.SYSTEM_ADMINISTRATOR)


@pytest.mark.parametrize(
    ("username", "address"),
    [
        *(("province", address) for address in (
            "", "lists", "lists/people", "people", "imports", "places", "places/units", "places/outlets",
            "places/agencies", "cleanup", "feeds", "feeds/police_death", "feeds/upload", "runs", "help/lists",
            "help/runs", "cases", "what-if", "what-if/new", "help/what_ifs",
            "findings", "appeals", "notices", "notices/letters", "payruns", "recoveries", "mismatches", "forecast",
        )),
        ("auditor", "trail"),
        ("security", "officers"), ("security", "officers/add"), ("security", "clients"), ("security", "clients/add"),
        ("technician", "system"), ("technician", "system/settings"),
    ],
)  # fmt: skip
@pytest.mark.usefixtures("administrators")
def test_a_screen_leaves_no_english(username: str, address: str) -> None:
    response = reader_of(username).get(f"/office/{address}")
    assert response.status_code == 200
    assert english_on(response.content.decode()) == []


@pytest.mark.usefixtures("administrators")
def test_a_run_a_person_and_an_entry_leave_no_english(finished: Run) -> None:
    with within(PROVINCE):
        somebody = Person.objects.order_by("pk")[0].pk
    clerk, auditor = reader_of("province"), reader_of("auditor")
    for client, address in ((clerk, f"runs/{finished.pk}"), (clerk, f"people/{somebody}"), (auditor, "trail/1")):
        response = client.get(f"/office/{address}")
        assert response.status_code == 200, address
        assert english_on(response.content.decode()) == [], address


@pytest.mark.usefixtures("database")
@pytest.mark.parametrize("address", ["", "places", "stopped", "appeal", "appeal/AAAAA-AAAAA"])
def test_a_recipient_reads_no_english(address: str) -> None:
    response = Client(headers={"accept-language": "zh-hans", "host": "localhost"}).get(f"/me/{address}")
    assert response.status_code == 200
    assert english_on(response.content.decode()) == []


def test_an_english_sentence_would_be_seen() -> None:
    assert english_on("<p>一句</p><p>A whole sentence.</p><code>no such thing</code>") == ["A whole sentence."]
