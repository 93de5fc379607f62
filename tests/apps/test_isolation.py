"""Every address × every role × own and other region; and rows that raw SQL cannot reach without a scope."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from django.db import connection, connections
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from anling.access.pages import ANYBODY, SIGNED_IN
from anling.access.roles import ACTS, WITHOUT_REGION, Role
from anling.audit.scope import within
from anling.audit.values import Scope
from anling.roster.models import Benefit
from tests.support import matrix
from tests.support.platform import officer
from tests.support.visit import visitor

HERE, THERE = "440104", "440305"


@dataclass(frozen=True)
class Address:
    """A URL pattern of ours. arguments: its parameters with some value of the right shape."""

    name: str
    view: Callable[..., Any]
    arguments: dict[str, object]

    @property
    def path(self) -> str:
        return reverse(self.name, kwargs=self.arguments)


def _addresses(resolver: URLResolver | None = None, namespace: str = "") -> Iterator[Address]:
    for pattern in (resolver or get_resolver()).url_patterns:
        if isinstance(pattern, URLResolver):
            inner = f"{namespace}{pattern.namespace}:" if pattern.namespace else namespace
            yield from _addresses(pattern, inner)
        elif isinstance(pattern, URLPattern):
            name = f"{namespace}{pattern.name or pattern.pattern}"
            if not name.startswith(matrix.LIBRARIES):
                values = {key: _value(converter) for key, converter in pattern.pattern.converters.items()}
                yield Address(name, pattern.callback, values)


def _value(converter: object) -> object:
    return 999_999 if "Int" in type(converter).__name__ else "00000000-0000-0000-0000-000000000000"


ADDRESSES = {address.name: address for address in _addresses()}


def _roles(who: matrix.Who) -> set[Role]:
    return set(Role) if who in (ANYBODY, SIGNED_IN) else set(who)  # type: ignore[arg-type]


def _declared(address: Address) -> matrix.Who:
    allowed = getattr(address.view, "allowed", None)
    if allowed is None or isinstance(allowed, str):
        return allowed or "nobody said"
    return {role for role, acts in ACTS.items() if acts & set(allowed)}


def test_every_address_says_who_may_call_it_and_says_what_the_matrix_says() -> None:
    for name, address in ADDRESSES.items():
        assert name in matrix.EXPECTED, (
            f"{name} has no row in tests/support/matrix.py: add it to EXPECTED with the roles that may call it."
        )
        assert _declared(address) == matrix.EXPECTED[name], (
            f"{name}: @allow on the view and its row in tests/support/matrix.py differ; one of them is wrong."
        )
    gone = sorted(matrix.EXPECTED.keys() - ADDRESSES.keys())
    assert not gone, f"tests/support/matrix.py has rows for addresses that are gone: {', '.join(gone)}"


def test_every_address_of_something_in_a_region_is_asked_from_another_region() -> None:
    for name, address in ADDRESSES.items():
        if address.arguments and name not in matrix.WITHOUT_REGION:
            assert name in matrix.OBJECTS, (
                f"{name} takes a key: add a maker of such an object to OBJECTS in tests/support/matrix.py,"
                " or the name to WITHOUT_REGION where its objects lie in no region."
            )


def _ask(client: Client, path: str) -> int:
    answer = client.get(path)
    if answer.status_code == 405:
        answer = client.post(path)
    answer.getvalue()  # read to its end, a file is closed
    return int(answer.status_code)


@pytest.mark.usefixtures("db")
@pytest.mark.parametrize("role", [*Role, None], ids=str)
def test_each_role_opens_what_it_may_and_nothing_else(role: Role | None) -> None:
    client = visitor()
    if role is not None:
        client.force_login(officer("someone", role, "" if role in WITHOUT_REGION else "4401"))
    for name, address in ADDRESSES.items():
        who = matrix.EXPECTED.get(name)
        if who is None or who == ANYBODY:
            continue  # the first test says so; and open to all is open to all
        status = _ask(client, address.path)
        if role is None:
            assert status == 302, f"{name} answers {status} to somebody who has not signed in"
        elif role in _roles(who):
            assert status in (200, 302, 308, 404, 400), f"{name} answers {status} to {role}, who may open it"
        else:
            assert status == 403, f"{name} answers {status} to {role}, who may not open it"


@pytest.mark.usefixtures("db")
@pytest.mark.parametrize("name", sorted(matrix.OBJECTS))
def test_what_lies_in_another_region_is_not_there(name: str) -> None:
    assert name in ADDRESSES, f"tests/support/matrix.py makes an object for {name}, which is gone"
    arguments, posted = matrix.OBJECTS[name](HERE)
    path = reverse(name, kwargs=arguments)
    for role in sorted(_roles(matrix.EXPECTED[name]) - WITHOUT_REGION):
        own, other = visitor(), visitor()
        own.force_login(officer(f"own-{role}", role, HERE))
        other.force_login(officer(f"other-{role}", role, THERE))
        answers = [client.post(path, posted) if posted else client.get(path) for client in (own, other)]
        for answer in answers:
            answer.getvalue()  # read to its end, a file is closed
        there = (200, 302, 409, 422)  # done, or refused with a word about the object itself
        assert answers[0].status_code in there, f"{name} answers {answers[0].status_code} to {role} of its region"
        assert answers[1].status_code in (403, 404), f"{name} opens to {role} of another region"


def _with_policy() -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT oid::regclass::text FROM pg_class WHERE relrowsecurity AND NOT relispartition ORDER BY 1"
        )
        return [name for (name,) in cursor.fetchall()]


@pytest.mark.usefixtures("flushed")
def test_raw_sql_of_the_app_role_without_a_scope_sees_no_row_of_any_table_with_a_policy() -> None:
    with within(Scope("44")), connection.cursor() as cursor:
        cursor.execute("SELECT nextval(pg_get_serial_sequence('roster_person', 'id'))")
        key = cursor.fetchone()[0]
        cursor.execute(
            "INSERT INTO roster_person (id, id_type, id_number, id_valid, name, name_key, pinyin, sex)"
            " VALUES (%s, '01', '1', true, '某甲', '某甲', '', 9)", [key]
        )  # fmt: skip
        Benefit.objects.create(
            benefit_no="B1", person_id=key, person_no="1", scheme="resident", region=HERE, pay_status="paying"
        )
    tables = _with_policy()
    assert {"roster_person", "roster_benefit"} <= set(tables)
    held = {table: _count("owner", table) for table in ("roster_person", "roster_benefit")}
    assert held == {"roster_person": 1, "roster_benefit": 1}, "there must be rows, or seeing none proves nothing"
    assert {table: _count("default", table) for table in tables} == dict.fromkeys(tables, 0)


def _count(using: str, table: str) -> int:
    with connections[using].cursor() as cursor:
        cursor.execute(f"SELECT count(*) FROM {table}")
        return int(cursor.fetchone()[0])


@pytest.mark.usefixtures("database")
def test_the_app_role_owns_no_table_and_is_bound_by_every_policy() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT rolsuper, rolbypassrls, rolcreaterole FROM pg_roles WHERE rolname = current_user")
        assert cursor.fetchone() == (False, False, False)
        cursor.execute(
            "SELECT count(*) FROM pg_class WHERE relpersistence <> 't'"  # temporary ones are of the connection alone
            " AND relowner = (SELECT oid FROM pg_roles WHERE rolname = current_user)"
        )
        assert cursor.fetchone() == (0,)
