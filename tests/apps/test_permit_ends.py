"""An officer with several roles works under the one they chose; when it ends, they are told before anything happens."""

import re
from datetime import date, timedelta

import pytest
from django.test import Client
from django.utils import timezone

from anling.access.models import Grant, Officer
from anling.access.roles import Role
from tests.support.platform import officer
from tests.support.visit import signed_in

pytestmark = pytest.mark.usefixtures("flushed")
NAMES = {"广州市": "4401", "深圳市": "4403"}


def _two_regions() -> tuple[Officer, Client]:
    wang = officer("wang", Role.CLERK, "4401")
    Grant.objects.create(officer=wang, role=Role.CLERK, region="4403", valid_from=date(2020, 1, 2))
    return wang, signed_in("wang")


def _end(officer: Officer, region: str) -> None:
    Grant.objects.filter(officer=officer, region=region).update(valid_to=timezone.localdate() - timedelta(days=1))


def _works_in(client: Client) -> str:
    page = client.get("/office/").content.decode()
    several = re.search(r'value="clerk:(\d+)" aria-current="true"', page)
    (one,) = (
        [several[1]] if several else [code for name, code in NAMES.items() if re.search(rf"· [^<]*{name}</span>", page)]
    )
    return one


def test_the_choice_stays_when_another_grant_ends() -> None:
    wang, client = _two_regions()
    client.post("/office/permit", {"permit": "clerk:4403"})
    assert _works_in(client) == "4403"
    _end(wang, "4401")
    assert _works_in(client) == "4403"


@pytest.mark.parametrize("chosen", ["", "clerk:4401"], ids=["the first, unchosen", "chosen"])
def test_when_it_ends_the_next_act_does_not_happen_elsewhere(chosen: str) -> None:
    wang, client = _two_regions()
    if chosen:
        client.post("/office/permit", {"permit": chosen})
    assert _works_in(client) == "4401"
    _end(wang, "4401")
    answer = client.post("/language", {"language": "zh-hans"}, follow=True)
    page = answer.content.decode()
    assert "You are no longer" in page
    assert "in region 4401" in page
    assert "What you sent was not carried out." in page
    wang.refresh_from_db()
    assert wang.language == ""
    assert _works_in(client) == "4403"
    assert "You are no longer" not in client.get("/office/").content.decode()


def test_a_page_is_not_shown_under_another_role_before_that_was_said() -> None:
    wang, client = _two_regions()
    assert _works_in(client) == "4401"
    _end(wang, "4401")
    answer = client.get("/office/people")
    assert (answer.status_code, answer["Location"], answer["Cache-Control"]) == (302, "/", "no-store")
    assert client.get("/office/people").status_code == 200


def test_an_officer_whose_last_role_ends_is_told_too() -> None:
    wang, client = _two_regions()
    assert _works_in(client) == "4401"
    _end(wang, "4401")
    _end(wang, "4403")
    assert "You are no longer" in client.get("/office/", follow=True).content.decode()


def test_a_role_that_one_has_not_cannot_be_chosen() -> None:
    _, client = _two_regions()
    answer = client.post("/office/permit", {"permit": "reviewer:4401"}, follow=True)
    assert "You no longer have this role" in answer.content.decode()
    assert _works_in(client) == "4401"
