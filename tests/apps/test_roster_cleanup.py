"""Clean-up: two records of one human merged and taken apart, people and benefits corrected, each with its history."""

from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from anling.access.queries import actor_of
from anling.access.roles import Role
from anling.audit.kinds import Kind
from anling.audit.models import Entry
from anling.audit.scope import within
from anling.audit.values import Actor, Scope
from anling.roster import correcting, merging, queries
from anling.roster.correcting import Identity
from anling.roster.errors import CorrectionError, RosterError
from anling.roster.models import (
    Benefit,
    Change,
    Finding,
    IdentityNumber,
    Merge,
    Person,
    PersonName,
    RosterImport,
    SearchToken,
)  # fmt: skip
from tests.support.platform import DAY, HOME, NOW, clerk, officer
from tests.support.rosters import check, load, number, row, write

PROVINCE = Scope("44")
INVALID = number(9)[:-1] + ("1" if number(9)[-1] != "1" else "2")
ROWS: tuple[Any, ...] = (Person, IdentityNumber, PersonName, Benefit, SearchToken, Change, Finding)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """Where the roster of the test is written."""
    return tmp_path / "roster.csv"


def _person(benefit: str) -> Person:
    return Benefit.objects.select_related("person").get(benefit_no=benefit).person


def _rows() -> dict[str, list[dict[str, Any]]]:
    return {model.__name__: list(model.objects.order_by("pk").values()) for model in ROWS}


def _pair(file: Path, by: Actor, **changes: str) -> tuple[int, int]:
    """One human twice: the second record has a number that fails its check, another name's spelling, and changes."""
    load(file, by, row(1), row(2, id_number=INVALID, unit="U1", **changes))
    load(file, by, row(1), row(2, id_number=INVALID, unit="U7", **changes))
    return _person("B1").pk, _person("B2").pk


def _merge(keep: int, other: int, by: Actor, **more: Any) -> Merge:
    return merging.merge_people(keep=keep, other=other, reason="same face", by=by, at=NOW, **more)


@pytest.mark.usefixtures("db")
def test_a_merge_moves_everything_and_its_undoing_restores_every_row(file: Path) -> None:
    by = clerk()
    with within(PROVINCE):
        keep, other = _pair(file, by, name="陳小明明", region="440305")
        before = _rows()
        made = _merge(keep, other, by)
        assert {b.person_id for b in Benefit.objects.all()} == {keep}
        assert {b.pinyin for b in Benefit.objects.all()} == {"chen xiao ming"}
        assert {n.canonical for n in IdentityNumber.objects.filter(person=keep)} == {number(1), INVALID}
        assert {n.name for n in PersonName.objects.filter(person=keep)} == {"陈小明", "陳小明明"}
        assert {c.person_id for c in Change.objects.all()} == {keep}
        assert queries.people(queries.Wanted(text="陈小明", region="4403")).get().benefit_no == "B2"
        assert Person.objects.get(pk=other).merged_into_id == keep
        assert Finding.objects.filter(person=keep, kind="two_in_pay", state="open").count() == 2
        assert _rows() != before
        merging.undo_merge(merge=made.pk, reason="twins", by=by, at=NOW)
        after, known = _rows(), {f["id"] for f in before["Finding"]}
        opened = [f for f in after["Finding"] if f["id"] not in known]
        assert {f["state"] for f in opened} == {"gone"}, (
            "what the merge itself had opened is closed, and stays on record"
        )
        after["Finding"] = [f for f in after["Finding"] if f not in opened]
        assert after == before
    kinds = list(Entry.objects.filter(kind__in=(Kind.PEOPLE_MERGED, Kind.MERGE_UNDONE)).order_by("pk"))
    assert [(e.kind, e.reason) for e in kinds] == [(Kind.PEOPLE_MERGED, "same face"), (Kind.MERGE_UNDONE, "twins")]


@pytest.mark.usefixtures("db")
def test_the_same_file_after_a_merge_changes_nothing(file: Path) -> None:
    by = clerk()
    with within(PROVINCE):
        keep, other = _pair(file, by)
        _merge(keep, other, by)
    again = check(file, by)
    assert (again.counts["changed"], again.counts["unchanged"]) == (0, 2)


@pytest.mark.usefixtures("db")
def test_possible_duplicates_leave_the_queue_by_a_merge_and_come_back_by_its_undoing(file: Path) -> None:
    by = clerk()
    with within(PROVINCE):
        load(file, by, row(1), row(2, id_number=number(2)))
        first, second = _person("B1").pk, _person("B2").pk
        Person.objects.filter(pk__in=(first, second)).update(birth_date="1950-01-01")
        load(file, by, row(1), row(2, id_number=number(2), unit="U8"))
        pair = Finding.objects.filter(kind="duplicate_people", state="open")
        assert pair.count() == 2
        with pytest.raises(RosterError, match="confirm"):
            _merge(first, second, by)
        made = _merge(first, second, by, confirmed=True)
        assert pair.count() == 0
        assert {f.ended_label for f in Finding.objects.filter(kind="duplicate_people")} == {"clerk"}
        merging.undo_merge(merge=made.pk, reason="twins", by=by, at=NOW)
        assert pair.count() == 2


@pytest.mark.usefixtures("db")
def test_a_merge_across_regions_is_for_an_officer_of_both(file: Path) -> None:
    province = clerk()
    with within(PROVINCE):
        keep, other = _pair(file, province, region="440305")
    city = clerk("4401", "guangzhou")
    with within(Scope("4401")), pytest.raises(RosterError, match="region"):
        _merge(keep, other, city)
    load(file, province, row(3, id_number=number(1), region="440305"), row(4, id_number=number(4)))
    with within(Scope("4401")), pytest.raises(RosterError, match="Another region"):
        _merge(keep, _person("B4").pk, city, confirmed=True)
    with within(PROVINCE):
        assert not Merge.objects.exists()
        made = _merge(keep, other, province)
    assert made.region == "44"
    with within(Scope("4401")), pytest.raises(RosterError, match="no merge"):
        merging.undo_merge(merge=made.pk, reason="mine", by=city, at=NOW)


@pytest.mark.usefixtures("db")
def test_what_was_merged_is_not_merged_again_and_is_seen_where_the_kept_person_is(file: Path) -> None:
    by = clerk()
    with within(PROVINCE):
        keep, other = _pair(file, by)
        _merge(keep, other, by)
        with pytest.raises(RosterError, match="merged into"):
            _merge(keep, other, by)
        with pytest.raises(RosterError, match="themselves"):
            _merge(keep, keep, by)
    with within(Scope("440104")):
        assert Person.objects.filter(pk=other).exists()
    with within(Scope("4403")):
        assert not Person.objects.filter(pk=other).exists()


@pytest.mark.usefixtures("db")
def test_undoing_is_refused_with_what_has_happened_since(file: Path) -> None:
    by = clerk()
    with within(PROVINCE):
        keep, other = _pair(file, by)
        load(file, by, row(3, id_number=number(3)))
        first = _merge(keep, other, by)
        second = _merge(keep, _person("B3").pk, by, confirmed=True)
        with pytest.raises(RosterError, match=f"undo merge {second.pk} first"):
            merging.undo_merge(merge=first.pk, reason="twins", by=by, at=NOW)
        merging.undo_merge(merge=second.pk, reason="twins", by=by, at=NOW)
        load(file, by, row(5, id_number=number(1)))
        with pytest.raises(RosterError, match="Benefit B5"):
            merging.undo_merge(merge=first.pk, reason="twins", by=by, at=NOW)


def _identity(**changes: Any) -> Identity:
    return Identity(
        **{"name": "陈小明", "id_type": "01", "id_number": number(9), "sex": 1, "birth_date": None, **changes}
    )


@pytest.mark.usefixtures("db")
def test_a_correction_keeps_the_history_and_a_later_file_shows_the_old_value_as_a_change(file: Path) -> None:
    by = clerk()
    load(file, by, row(9, id_number=INVALID))
    with within(PROVINCE):
        key = _person("B9").pk
        assert Finding.objects.filter(kind="id_invalid", state="open").exists()
        correcting.correct_person(person=key, said=_identity(name="陈晓明"), reason="card seen", by=by, at=NOW)
        person = _person("B9")
        assert (person.id_number, person.id_valid, person.name) == (number(9), True, "陈晓明")
        former = IdentityNumber.objects.get(person=key, canonical=INVALID)
        assert (former.valid_to, PersonName.objects.get(person=key, name="陈小明").valid_to) == (DAY, DAY)
        assert not Finding.objects.filter(kind="id_invalid", state="open").exists()
        changes = {c.field: (c.before, c.after) for c in Change.objects.filter(person=key)}
        assert changes["id_number"] == (INVALID, number(9))
        assert queries.people(queries.Wanted(text="晓明")).get().benefit_no == "B9"
        assert not queries.people(queries.Wanted(text="小明")).exists()
    entry = Entry.objects.get(kind=Kind.PERSON_CORRECTED)
    assert number(9) not in str(entry.after)
    assert (entry.reason, entry.doer_label) == ("card seen", "clerk")
    again = check(write(file, row(9, id_number=INVALID)), by)
    assert again.counts["changed"] == 1
    assert again.details["fields"]["id_number"] == 1


@pytest.mark.usefixtures("db")
def test_a_correction_that_breaks_a_rule_says_so_per_field(file: Path) -> None:
    by = clerk()
    load(file, by, row(1), row(2, name="李四"))
    with within(PROVINCE):
        wrong = _identity(name=" ", id_number=INVALID, sex=3)
        with pytest.raises(CorrectionError) as refused:
            correcting.correct_person(person=_person("B1").pk, said=wrong, reason="card", by=by, at=NOW)
        assert set(refused.value.fields) == {"name", "id_number", "sex"}
        assert INVALID not in str(refused.value)
        with pytest.raises(CorrectionError, match="merge the two"):
            correcting.correct_person(
                person=_person("B1").pk, said=_identity(name="李四", id_number=number(2)), reason="x", by=by, at=NOW
            )
        assert not Entry.objects.filter(kind=Kind.PERSON_CORRECTED).exists()


@pytest.mark.usefixtures("db")
def test_a_benefit_is_corrected_within_the_region_of_the_officer(file: Path) -> None:
    by = clerk("4401", "guangzhou")
    load(file, by, row(1, unit=""))
    with within(Scope("4401")):
        key = Benefit.objects.get().pk
        with pytest.raises(CorrectionError, match="not yours"):
            correcting.correct_benefit(benefit=key, said={"region": "440305"}, reason="moved", by=by, at=NOW)
        said = {"region": "440106", "unit": "U5"}
        correcting.correct_benefit(benefit=key, said=said, reason="moved", by=by, at=NOW)
        benefit = Benefit.objects.get()
        assert (benefit.region, benefit.unit) == ("440106", "U5")
        assert {t.region for t in SearchToken.objects.all()} == {"440106"}
        assert {c.field for c in Change.objects.filter(benefit=key)} == {"region", "unit"}
        assert not Finding.objects.filter(kind="unit_missing", state="open").exists()
    assert Entry.objects.get(kind=Kind.BENEFIT_CORRECTED).before == {"region": "440104", "unit": ""}
    elsewhere = clerk("4403", "shenzhen")
    with within(Scope("4403")), pytest.raises(RosterError, match="no benefit"):
        correcting.correct_benefit(benefit=key, said={"unit": "U6"}, reason="mine", by=elsewhere, at=NOW)


def _signed_in(region: str, username: str) -> tuple[Client, Actor]:
    someone = officer(username, Role.CLERK, region)
    client = Client(SERVER_NAME="localhost", headers={"accept-language": "en"})
    client.force_login(someone, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client, actor_of(someone, DAY)


def _alike(file: Path, by: Actor, serial: int = 1) -> tuple[int, int, int]:
    """Two people who share a number under two names: both keys, and that of the finding."""
    load(file, by, row(serial), row(serial + 1, id_number=number(serial), name="李四"))
    keep, other = _person(f"B{serial}").pk, _person(f"B{serial + 1}").pk
    return keep, other, Finding.objects.get(person=keep, kind="shared_number").pk


@pytest.mark.usefixtures("db")
def test_the_pages_show_what_moves_and_merge_and_undo(file: Path) -> None:
    client, by = _signed_in("4401", "li")
    with within(PROVINCE):
        keep, other, finding = _alike(file, by)
    address = f"/office/cleanup/{finding}/merge/{keep}"
    assert address in client.get(f"/office/cleanup/{finding}").content.decode()
    preview = client.get(address).content.decode()
    assert "B2" in preview
    assert number(1) not in preview
    assert client.post(address, {"reason": ""}).status_code == 200, "asks for a reason"
    client.post(address, {"reason": "one card, two spellings"})
    page = client.get("/office/cleanup/settled").content.decode()
    assert "one card, two spellings" in page
    with within(PROVINCE):
        made = Merge.objects.get(keep=keep, other=other)
    assert f"/office/people/{keep}" in client.get(f"/office/people/{other}").content.decode()
    elsewhere, _ = _signed_in("4403", "shenzhen")
    undo = f"/office/cleanup/merges/{made.pk}/undo"
    for path in (address, undo, f"/office/people/{keep}/correct", f"/office/people/{other}"):
        assert elsewhere.get(path).status_code == 404
        assert path == f"/office/people/{other}" or elsewhere.post(path, {"reason": "mine"}).status_code == 404
    assert undo in page
    client.post(undo, {"reason": "father and son"})
    with within(PROVINCE):
        assert _person("B2").pk == other
    assert "father and son" in client.get("/office/cleanup/settled").content.decode()
    client.post(undo, {"reason": "once more"})
    assert "once more" not in client.get("/office/cleanup/settled").content.decode(), "undone once, and no more"


@pytest.mark.usefixtures("db")
def test_the_correction_form_keeps_what_was_typed_and_hides_what_was_not(file: Path) -> None:
    client, by = _signed_in("4401", "li")
    load(file, by, row(1))
    with within(PROVINCE):
        benefit = Benefit.objects.get()
    address = f"/office/people/{benefit.person_id}/correct"
    shown = client.get(address).content.decode()
    assert number(1) not in shown
    assert "does not undo this in silence" in shown
    typed = {"name": "陈大明", "id_type": "01", "id_number": INVALID, "sex": "1", "birth_date": "", "reason": "card"}
    page = client.post(address, typed).content.decode()
    assert f'value="{INVALID}"' in page
    assert 'value="陈大明"' in page
    assert "fails its check" in page
    client.post(address, {**typed, "id_number": ""})
    client.post(f"/office/benefits/{benefit.pk}/correct", {
        "region": "440106", "residence_region": "", "unit": "U3", "agency": "440104A", "phone": "", "address": "",
        "reason": "moved",
    })  # fmt: skip
    with within(PROVINCE):
        benefit.refresh_from_db()
        assert (_person("B1").name, _person("B1").id_number) == ("陈大明", number(1))
    assert (benefit.region, benefit.unit, benefit.phone) == ("440106", "U3", "13800000000")
    assert "Corrected by li" in client.get(f"/office/people/{benefit.person_id}").content.decode()


@pytest.mark.usefixtures("db")
@pytest.mark.parametrize("address", ["/office/cleanup/settled", "/office/cleanup/{finding}/merge/{keep}"])
def test_more_merges_and_benefits_need_no_more_queries(address: str, file: Path) -> None:
    client, by = _signed_in("4401", "li")
    with within(PROVINCE):
        keep, other, finding = _alike(file, by)
        first = _alike(file, by, 11)
        _merge(first[0], first[1], by)

    def asked() -> int:
        with CaptureQueriesContext(connection) as seen:
            assert client.get(address.format(finding=finding, keep=keep)).status_code == 200
        return len(seen)

    asked()
    few = asked()
    with within(PROVINCE):
        for serial in (21, 31, 41):
            one, two, _ = _alike(file, by, serial)
            _merge(one, two, by)
        Benefit.objects.filter(benefit_no__in=("B21", "B31", "B41")).update(person_id=other)
    assert asked() == few


@pytest.mark.usefixtures("flushed")
@pytest.mark.parametrize("name", ["rejected.csv", "gone.csv"])
def test_a_file_named_like_one_of_our_lists_is_kept_apart(name: str, tmp_path: Path) -> None:
    client, _ = _signed_in("4401", "li")
    content = write(tmp_path / name, row(1)).read_bytes()
    sent = client.post("/office/imports", {"file": SimpleUploadedFile(name, content)})
    key = int(sent["Location"].rpartition("/")[2])
    with within(PROVINCE):
        assert RosterImport.objects.get().file_name == name
    assert client.post(f"/office/imports/{key}/{name}").status_code == 404, "nothing has been checked yet"
    assert (HOME / "imports" / str(key) / "received" / name).read_bytes() == content
