"""Region scope, twice: queries fail closed, and PostgreSQL itself holds (platform.md, "PostgreSQL")."""

import pytest
from django.db import connection, transaction
from django.db.utils import ProgrammingError

from anling.access.roles import Role
from anling.audit.errors import AuditError, NoScopeError
from anling.audit.kinds import Kind
from anling.audit.models import Entry
from anling.audit.operations import record
from anling.audit.scope import current, within
from anling.audit.values import Actor, ActorKind, Scope, machine
from anling.roster.models import Benefit, Person
from anling.site.protecting import protections
from tests.support.platform import NOW, clerk, officer


def _person(number: str, region: str) -> Person:
    """A person with one benefit; the id is taken beforehand, since nobody sees a person without a benefit."""
    with within(Scope("44")):
        with connection.cursor() as cursor:
            cursor.execute("SELECT nextval(pg_get_serial_sequence('roster_person', 'id'))")
            key = cursor.fetchone()[0]
            cursor.execute(
                "INSERT INTO roster_person (id, id_type, id_number, id_valid, name, name_key, pinyin, sex)"
                " VALUES (%s, '01', %s, true, '某甲', '某甲', '', 9)",
                [key, number],
            )
        Benefit.objects.create(
            benefit_no=f"B{number}",
            person_id=key,
            person_no=number,
            scheme="resident",
            region=region,
            pay_status="paying",
        )
        return Person.objects.get(pk=key)


@pytest.mark.usefixtures("db")
def test_rows_of_the_scope_are_seen_and_no_others() -> None:
    here, there = _person("1", "440104"), _person("2", "440305")
    with within(Scope("4401")):
        assert list(Person.objects.all()) == [here]
        assert [benefit.person_id for benefit in Benefit.objects.all()] == [here.pk]
    with within(Scope("44")):
        assert set(Person.objects.all()) == {here, there}


@pytest.mark.usefixtures("db")
def test_without_a_scope_there_are_no_rows_and_queries_refuse() -> None:
    _person("1", "440104")
    assert Person.objects.count() == 0
    assert Benefit.objects.count() == 0
    with pytest.raises(NoScopeError):
        current()


@pytest.mark.usefixtures("db")
def test_after_a_scope_the_outer_one_is_back() -> None:
    _person("1", "440104")
    with within(Scope("44")):
        with within(Scope("4403")):
            assert Person.objects.count() == 0
        assert Person.objects.count() == 1
        with pytest.raises(RuntimeError), within(Scope("4403")):
            raise RuntimeError
        assert (Person.objects.count(), current()) == (1, Scope("44"))


@pytest.mark.usefixtures("db")
def test_a_row_cannot_be_written_into_another_region() -> None:
    person = _person("1", "440104")
    with pytest.raises(ProgrammingError, match="row-level security"), within(Scope("4401")):
        Benefit.objects.create(
            benefit_no="x", person=person, person_no="1", scheme="resident", region="440305", pay_status="paying"
        )


@pytest.mark.usefixtures("db")
def test_the_app_role_cannot_change_what_it_recorded() -> None:
    with transaction.atomic():
        record(Kind.TERRITORY_LOADED, by=machine("test"), at=NOW)
    for statement in ("UPDATE audit_entry SET reason = 'x'", "DELETE FROM audit_entry", "TRUNCATE audit_entry"):
        with pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic():
            connection.cursor().execute(statement)
    assert Entry.objects.count() == 1


@pytest.mark.usefixtures("database")
def test_an_act_outside_a_transaction_cannot_be_recorded() -> None:
    with pytest.raises(AuditError):
        record(Kind.TERRITORY_LOADED, by=machine("test"), at=NOW)


@pytest.mark.usefixtures("database")
def test_every_table_with_a_region_or_a_person_has_row_security() -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT DISTINCT table_name FROM information_schema.columns WHERE table_schema = 'public'"
            " AND column_name IN ('region', 'person_id') AND table_name LIKE 'roster%'"
        )
        personal = {name for (name,) in cursor.fetchall()}
        cursor.execute("SELECT relname FROM pg_class WHERE relrowsecurity AND NOT relispartition")
        secured = {name for (name,) in cursor.fetchall()}
    assert personal <= secured
    assert secured == {table.name for table in protections() if table.sees}


@pytest.mark.usefixtures("db")
def test_an_officer_acts_under_the_grants_of_the_day() -> None:
    actor = clerk("4401")
    assert [(permit.role, permit.scope) for permit in actor.permits] == [("clerk", Scope("4401"))]
    administrator = officer("root", Role.SYSTEM_ADMINISTRATOR)
    assert administrator.key.startswith("officer:")
    with pytest.raises(ValueError, match="does not begin"):
        Actor(ActorKind.CLIENT, administrator.key, "x")


@pytest.mark.parametrize("prefix", ["", "4", "44010", "４４", "44%"])
def test_what_is_no_prefix_is_no_scope(prefix: str) -> None:
    with pytest.raises(ValueError, match="prefix"):
        Scope(prefix)
