"""What client systems read: pages, own region only, numbers masked (platform.md, "API resources")."""

import pytest

from tests.support.client import ELSEWHERE, NUMBER, caller, person, places, read

pytestmark = pytest.mark.usefixtures("db")


@pytest.mark.parametrize("kind", ["regions", "agencies", "units", "outlets"])
def test_reference_data_comes_page_by_page_each_row_once(kind: str) -> None:
    places()
    ours, question = caller(), f"/{kind}?level=city" if kind == "regions" else f"/{kind}?region=44"
    whole = [row["code"] for row in read(ours.get(f"{question}&limit=500"))["items"]]
    paged, address = [], f"{question}&limit=1"
    while address:
        page = read(ours.get(address))
        paged += [row["code"] for row in page["items"]]
        address = page["next"] and f"{question}&limit=1&cursor={page['next']}"
    assert paged == whole == sorted(whole)
    assert len(whole) >= 2


@pytest.mark.parametrize("kind", ["agencies", "units", "outlets"])
def test_places_are_asked_for_by_region_or_by_code(kind: str) -> None:
    places()
    ours = caller()
    (row,) = read(ours.get(f"/{kind}?region=4403"))["items"]
    assert row["region"] == "440305"
    assert read(ours.get(f"/{kind}/{row['code']}")) == row
    assert ours.get(f"/{kind}/nobody").status_code == 404


def test_regions_are_asked_for_by_parent_and_level() -> None:
    places()
    ours = caller()
    below = [row["code"] for row in read(ours.get("/regions?parent=440100"))["items"]]
    assert "440104" in below
    assert {code[:4] for code in below} == {"4401"}
    assert {row["level"] for row in read(ours.get("/regions?level=city&limit=500"))["items"]} == {"city"}
    assert read(ours.get("/regions/440104"))["parent"] == "440100"


def test_a_person_is_found_by_number_and_shown_with_it_masked() -> None:
    key = person()
    answer = caller().send("POST", "/people/search", {"id_number": " 11010519491231002x"})
    (found,) = read(answer)["items"]
    assert (found["id"], found["id_number"]) == (key, "1101**********002X")
    assert NUMBER not in answer.content.decode()


def test_another_regions_people_and_benefits_are_not_there() -> None:
    here, there = person(), person(ELSEWHERE, "440305")
    ours, theirs = caller("4401"), caller("4403")
    assert read(ours.send("POST", "/people/search", {"id_number": ELSEWHERE}))["items"] == []
    assert [ours.get(f"/people/{key}").status_code for key in (here, there)] == [200, 404]
    assert [theirs.get(f"/people/{key}").status_code for key in (here, there)] == [404, 200]
    assert ours.get(f"/people/{there}/benefits").status_code == 404
    (ours_only,) = read(ours.get("/benefits"))["items"]
    assert ours_only["person"] == here
    assert theirs.get(f"/benefits/{ours_only['id']}").status_code == 404
    assert {row["person"] for row in read(caller("44").get("/benefits"))["items"]} == {here, there}


def test_of_a_person_paid_in_two_regions_each_sees_its_own_benefit() -> None:
    key = person()
    from anling.audit.scope import within
    from anling.audit.values import Scope
    from anling.roster.models import Benefit

    with within(Scope("44")):
        Benefit.objects.create(
            benefit_no="second", person_id=key, person_no="2", scheme="employee", region="440305", pay_status="ended"
        )
    (seen,) = read(caller("4403").get(f"/people/{key}/benefits"))["items"]
    assert (seen["scheme"], seen["pay_status"], seen["monthly_amount"]) == ("employee", "ended", None)


def test_benefits_come_page_by_page_in_the_order_of_region_and_id() -> None:
    for number, region in enumerate(["440106", "440104", "440104", "440105"]):
        person(f"N{number}", region, benefits=2)
    ours, rows, address = caller(), [], "/benefits?limit=3"
    while address:
        page = read(ours.get(address))
        rows += [(row["region"], row["id"]) for row in page["items"]]
        address = page["next"] and f"/benefits?limit=3&cursor={page['next']}"
    assert rows == sorted(rows)
    assert len(set(rows)) == len(rows) == 8


def test_benefits_are_asked_for_by_unit_scheme_and_state() -> None:
    person(unit="U1", scheme="employee", pay_status="suspended", suspend_reason="01")
    person(ELSEWHERE, unit="U2")
    ours = caller()
    for question in ("unit=U1", "scheme=employee", "pay_status=suspended"):
        (row,) = read(ours.get(f"/benefits?{question}"))["items"]
        assert (row["unit"], row["monthly_amount"], row["suspend_reason"]) == ("U1", "220.00", "01")


def test_where_an_agency_numbers_people_by_identity_number_it_is_masked_too() -> None:
    key = person(person_no=NUMBER, benefit_no=f"A-{NUMBER}-resident")
    (row,) = read(caller().get(f"/people/{key}/benefits"))["items"]
    assert (row["person_no"], row["benefit_no"]) == ("1101**********002X", "A-1101**********002X-resident")
