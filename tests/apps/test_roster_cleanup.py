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
from anling.roster import correcting, merging, operations, queries
from anling.roster.correcting import Identity
from anling.roster.errors import CorrectionError, RosterError
from anling.roster.models import (
    Benefit, Change, Finding, IdentityNumber, Merge, Person, PersonName, RosterImport, SearchToken,
)  # fmt: skip
from tests.support.platform import DAY, HOME, NOW, clerk, officer
from tests.support.rosters import check, load, number, row, write

PROVINCE = Scope("44")
INVALID = number(9)[:-1] + ("1" if number(9)[-1] != "1" else "2")
ROWS = (Person, IdentityNumber, PersonName, Benefit, SearchToken, Change, Finding)


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
        after = _rows()
        opened = [f for f in after["Finding"] if f["pk" if "pk" in f else "id"] not in {g["id"] for g in before["Finding"]}]
        assert {f["state"] for f in opened} == {"gone"}, "what the merge itself had opened is closed, and stays on record"
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
    return Identity(**{"name": "陈小明", "id_type": "01", "id_number": number(9), "sex": 1, "birth_date": None, **changes})


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
