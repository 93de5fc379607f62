"""An installation of another province: its jobs, pages and appeals work on its people, and on nobody else's."""

import os
from datetime import date, timedelta
from pathlib import Path

import pytest
from django.test import Client, override_settings
from django.utils import timezone

from anling.access.errors import NotAllowedError
from anling.access.roles import Role
from anling.audit.scope import within
from anling.audit.values import Scope
from anling.casework.models import Appeal
from anling.feeds import inbox
from anling.notices.models import Notice
from anling.notices.ports import Fate, Receipt
from anling.notices.receipts import take
from anling.notices.results import tell_results
from anling.notices.sending import key_of, send_due
from anling.notices.tasks import warn
from anling.notices.warnings import reminder
from anling.payment.effects.contesting import Asked, Standing, contest, standing
from anling.roster.models import Benefit, Person
from anling.territory.models import Region
from anling.territory.queries import agencies, outlets, province_code, units
from tests.apps.deliveries import NOW as DELIVERED
from tests.apps.deliveries import good, rooms
from tests.support import notices_held
from tests.support.client import NUMBER, places
from tests.support.gateways import FakeGateway
from tests.support.platform import NOW, officer
from tests.support.visit import signed_in

GUANGXI = "450103"
PLACES = {"44": "440104", "45": GUANGXI}


def _told(province: str) -> list[str]:
    with within(Scope(province)):
        return list(Notice.objects.order_by("id").values_list("state", flat=True))


def _running_out(region: str) -> Benefit:
    """Never certified, approved so long ago that the stop month has begun."""
    today = timezone.localdate()
    return notices_held.benefit(region, approval_month=date(today.year - 2, today.month, 1))


@pytest.mark.usefixtures("db")
@pytest.mark.parametrize("province", ["44", "45"])
def test_the_warnings_of_the_morning_are_of_this_province(province: str) -> None:
    for region in PLACES.values():
        _running_out(region)
    with override_settings(PROVINCE=province):
        warn(timestamp=0)
    assert {each: len(_told(each)) for each in PLACES} == {each: int(each == province) for each in PLACES}


@pytest.mark.usefixtures("db")
@pytest.mark.parametrize("province", ["44", "45"])
def test_sending_and_receipts_are_of_this_province(province: str) -> None:
    waiting = {
        each: notices_held.notice(notices_held.benefit(region), username=f"who-{each}")
        for each, region in PLACES.items()
    }
    gateway = FakeGateway()
    with override_settings(PROVINCE=province):
        send_due(at=NOW, gateways={"sms": gateway})
        receipts = [Receipt(key_of(each), Fate.DELIVERED) for each in waiting.values()]
        assert take(receipts=receipts, at=NOW) == 1
    assert list(gateway.kept) == [key_of(waiting[province])]
    assert {each: _told(each) for each in PLACES} == {
        each: ["delivered" if each == province else "queued"] for each in PLACES
    }


@pytest.mark.usefixtures("db")
def test_who_tells_results_may_do_so_in_this_province_alone() -> None:
    with override_settings(PROVINCE="45"):
        assert tell_results(region="45", by=reminder(), at=NOW).count == 0
        with pytest.raises(NotAllowedError, match="in region 44"):
            tell_results(region="44", by=reminder(), at=NOW)


@pytest.mark.usefixtures("flushed")
def test_the_watched_folder_is_received_for_this_province(tmp_path: Path) -> None:
    place = rooms(tmp_path)
    data = good(place.home / "inbox")
    for path in (data, data.with_suffix(".json")):
        os.utime(path, (DELIVERED.timestamp(), DELIVERED.timestamp()))
    with override_settings(PROVINCE="45"):
        (batch,) = inbox.look(rooms=place, at=DELIVERED + timedelta(seconds=60))
        assert [each.scope for each in inbox.receiver().permits] == [Scope("45")]
    assert (batch.state, batch.doer) == ("ready", inbox.KEY)


@pytest.mark.usefixtures("db")
@pytest.mark.parametrize(("province", "found"), [("45", 1), ("44", 0)])
def test_an_appeal_from_the_page_finds_the_people_of_this_province(province: str, found: int) -> None:
    benefit = notices_held.benefit(GUANGXI)
    with within(Scope("45")):
        name = Person.objects.get(pk=benefit.person_id).name
    with override_settings(PROVINCE=province):
        reference = contest(asked=Asked(NUMBER, name, "I live.", "0771-1234"), at=NOW)
        assert standing(reference=reference, last=NUMBER[-4:]) == Standing("received")
    with within(Scope("45")):
        assert Appeal.objects.count() == found


@pytest.mark.usefixtures("db")
def test_places_without_a_region_named_are_those_of_this_province() -> None:
    places()
    found = {}
    for province in PLACES:
        with override_settings(PROVINCE=province):
            found[province] = [each.count() for each in (agencies(), units(), outlets(day=NOW.date()))]
            assert province_code() == f"{province}0000"
    assert all(found["44"])
    assert not any(found["45"])


@pytest.mark.usefixtures("db")
def test_the_tree_of_regions_begins_at_this_province() -> None:
    Region.objects.create(code="450000", name="广西壮族自治区", level="province", valid_from=date(2019, 1, 1))
    officer("there", Role.CLERK, "45")
    client: Client = signed_in("there")
    with override_settings(PROVINCE="45"):
        answer = client.get("/office/places")
    assert answer.status_code == 200
    assert "广西壮族自治区" in answer.content.decode()
