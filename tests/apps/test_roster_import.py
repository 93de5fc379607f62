"""A roster file into the tables: shown, applied whole or not at all, again without effect (N-A1)."""

from pathlib import Path

import pytest
from django.db import DatabaseError, connection, connections

from anling.audit.kinds import Kind
from anling.audit.models import Entry
from anling.audit.scope import within
from anling.audit.values import Scope
from anling.feeds.intake import InputError
from anling.roster import operations
from anling.roster.errors import RosterError
from anling.roster.models import Benefit, Change, Finding, IdentityNumber, Person, PersonName, RosterImport
from tests.support.platform import HOME, NOW, clerk
from tests.support.rosters import check, load, number, row, write

PROVINCE = Scope("44")


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """Where the roster of the test is written."""
    return tmp_path / "roster.csv"


@pytest.mark.usefixtures("db")
def test_the_same_file_twice_changes_nothing(file: Path) -> None:
    by = clerk()
    rows = [row(1), row(2), row(3, id_number=number(2), name="陈小明")]
    assert load(file, by, *rows).counts == {
        "rows": 3, "added": 3, "changed": 0, "unchanged": 0, "rejected": 0, "gone": 0, "differs": 0}  # fmt: skip
    with within(PROVINCE):
        before = [*Person.objects.order_by("pk").values()], [*Benefit.objects.order_by("pk").values()]
    assert load(file, by, *rows).counts["unchanged"] == 3
    with within(PROVINCE):
        assert ([*Person.objects.order_by("pk").values()], [*Benefit.objects.order_by("pk").values()]) == before
        assert Change.objects.count() == 0
        assert Person.objects.count() == 2, "one number and one name are one human"


@pytest.mark.usefixtures("db")
@pytest.mark.parametrize("count", [2, 5])
def test_the_planner_knows_at_once_how_much_there_is(file: Path, count: int) -> None:
    load(file, clerk(), *(row(place) for place in range(count)))
    with connection.cursor() as cursor:
        cursor.execute("SELECT reltuples FROM pg_class WHERE oid = 'roster_benefit'::regclass")
        assert cursor.fetchone() == (count,)


@pytest.mark.usefixtures("db")
def test_what_is_checked_only_is_not_written(file: Path) -> None:
    shown = check(write(file, row(1)), clerk())
    with within(PROVINCE):
        assert (shown.state, shown.counts["added"], Benefit.objects.count()) == ("checked", 1, 0)
    assert Entry.objects.filter(kind=Kind.ROSTER_CHECKED, rows=1).exists()


@pytest.mark.usefixtures("db")
def test_every_changed_field_keeps_its_history(file: Path) -> None:
    by = clerk()
    load(file, by, row(1), row(2))
    second = load(file, by, row(1, unit="U9", monthly_amount="1300"), row(2, name="陈大明", id_number=number(7)))
    assert second.counts["changed"] == 2
    with within(PROVINCE):
        changed = {(c.field, c.before, c.after) for c in Change.objects.filter(source=f"import:{second.pk}")}
        assert changed == {
            ("unit", "U1", "U9"), ("monthly_amount", "1234.50", "1300.00"),
            ("name", "陈小明", "陈大明"), ("id_number", number(2), number(7)),
        }  # fmt: skip
        person = Benefit.objects.get(benefit_no="B2").person
        assert (person.name, person.id_number, person.pinyin) == ("陈大明", number(7), "chen da ming")
        names = PersonName.objects.filter(person=person).order_by("pk").values_list("name", "valid_to")
        assert [(name, end is None) for name, end in names] == [("陈小明", False), ("陈大明", True)]
        numbers = IdentityNumber.objects.filter(person=person, valid_to=None)
        assert [each.canonical for each in numbers] == [number(7)]


@pytest.mark.usefixtures("db")
def test_one_number_with_two_names_is_two_people_and_a_finding(file: Path) -> None:
    load(file, clerk(), row(1), row(2, id_number=number(1), name="李四"))
    with within(PROVINCE):
        assert Person.objects.count() == 2
        assert Finding.objects.filter(kind="shared_number", state="open").count() == 2
    load(file, clerk(username="other"), row(1), row(2, name="李四"))
    with within(PROVINCE):
        assert not Finding.objects.filter(kind="shared_number", state="open").exists()


@pytest.mark.usefixtures("db")
def test_rows_outside_the_scope_are_rejected_with_their_reason(file: Path) -> None:
    by = clerk("4401")
    done = load(file, by, row(1), row(2, region="440305"))
    assert (done.counts["added"], done.details["reasons"]) == (1, {"out_of_scope": 1})
    with within(PROVINCE):
        assert [b.region for b in Benefit.objects.all()] == ["440104"]
    rejected = (HOME / "imports" / str(done.pk) / "rejected.csv").read_text("utf-8-sig").splitlines()
    assert rejected[1].startswith("2,B2,out_of_scope")


@pytest.mark.usefixtures("db")
def test_a_city_joins_the_person_that_another_city_pays(file: Path) -> None:
    load(file, clerk("4403", "shenzhen"), row(1, region="440305"))
    load(file, clerk("4401", "guangzhou"), row(2, id_number=number(1)))
    with within(PROVINCE):
        assert Person.objects.count() == 1
        assert {f.region for f in Finding.objects.filter(kind="two_in_pay")} == {"440104", "440305"}


@pytest.mark.usefixtures("db")
def test_a_benefit_that_the_file_lacks_is_listed_and_stays(file: Path) -> None:
    by = clerk()
    load(file, by, row(1), row(2), row(3, region="440305"))
    assert load(file, by, row(1)).counts["gone"] == 1, "only of the cities that the file speaks of"
    with within(PROVINCE):
        assert Benefit.objects.count() == 3


@pytest.mark.usefixtures("db")
def test_what_was_not_shown_is_not_applied(file: Path) -> None:
    by = clerk()
    shown = check(write(file, row(1), row(2)), by)
    load(file, by, row(1))
    with pytest.raises(RosterError, match="check the file again"):
        operations.apply(key=shown.pk, by=by, at=NOW)


@pytest.mark.usefixtures("db")
def test_a_file_that_is_no_roster_says_so_on_its_import(file: Path) -> None:
    file.write_text("a,b\n1,2\n")
    with pytest.raises(InputError) as refused:
        check(file, clerk())
    with within(PROVINCE):
        kept = RosterImport.objects.get()
    assert (kept.state, kept.error) == ("failed", refused.value.sentence)


@pytest.mark.usefixtures("flushed")
def test_when_the_trail_cannot_be_written_nothing_is_and_a_rerun_ends_whole(file: Path) -> None:
    by = clerk()
    shown = check(write(file, row(1), row(2)), by)
    with connections["owner"].cursor() as cursor:
        cursor.execute(
            "CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE 'no trail'; END $$;"
            " CREATE TRIGGER refuse BEFORE INSERT ON audit_entry FOR EACH ROW EXECUTE FUNCTION refuse()"
        )
    try:
        with pytest.raises(DatabaseError, match="no trail"):
            operations.apply(key=shown.pk, by=by, at=NOW)
    finally:
        with connections["owner"].cursor() as cursor:
            cursor.execute("DROP TRIGGER refuse ON audit_entry; DROP FUNCTION refuse()")
    with within(PROVINCE):
        assert (Benefit.objects.count(), RosterImport.objects.get().state) == (0, "checked")
    assert operations.apply(key=shown.pk, by=by, at=NOW).state == "applied"
    assert operations.apply(key=shown.pk, by=by, at=NOW).state == "applied", "a job that runs again changes nothing"
    with within(PROVINCE):
        assert Benefit.objects.count() == 2
    assert Entry.objects.filter(kind=Kind.ROSTER_APPLIED).count() == 1
