"""Every address × every role × own and other region; and rows that raw SQL cannot reach without a scope."""

from collections.abc import Callable, Iterator
from contextlib import nullcontext
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection, connections
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import URLPattern, URLResolver, get_resolver, resolve, reverse
from django.utils import timezone
from django.utils.http import urlencode

from anling.access.errors import NotAllowedError
from anling.access.models import Grant
from anling.access.pages import ANYBODY, SIGNED_IN
from anling.access.queries import actor_of
from anling.access.roles import ACTS, WITHOUT_REGION, Act, Role
from anling.access.taking_out import note_taken_out
from anling.audit.kinds import Kind
from anling.audit.models import Entry
from anling.audit.scope import within
from anling.audit.values import Scope
from anling.comparison import operations as comparisons
from anling.comparison.models import State as RunState
from anling.payment.models import Forecast
from anling.payment.runs import exporting, running
from anling.roster.models import Benefit
from tests.support import holdings, holdings_pay, matrix
from tests.support.platform import DAY, NOW, officer
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


def test_every_address_of_a_supervisor_either_asks_why_or_names_nobody() -> None:
    seen = {name for name, who in matrix.EXPECTED.items() if isinstance(who, set) and Role.SUPERVISOR in who}
    assert seen == matrix.PEOPLE | matrix.FIGURES
    asking = {name for name, address in ADDRESSES.items() if getattr(address.view, "asks_why", "")}
    assert asking == matrix.PEOPLE, "people_behind on the view and PEOPLE in tests/support/matrix.py differ"
    for name, address in ADDRESSES.items():
        acts = getattr(address.view, "allowed", ())
        assert Act.LOOK_BEHIND not in acts or name in matrix.PEOPLE | {"office:why", "office:people-search"}, name


@pytest.mark.usefixtures("db")
@pytest.mark.parametrize("name", sorted(matrix.PEOPLE))
def test_a_supervisor_sees_people_for_a_recorded_reason_only(name: str) -> None:
    arguments = matrix.OBJECTS[name](HERE)[0] if name in matrix.OBJECTS else {}
    path = reverse(name, kwargs=arguments)
    client = visitor()
    client.force_login(officer("over", Role.SUPERVISOR, "4401"))
    asked = client.get(path)
    assert (asked.status_code, asked["Location"]) == (302, reverse("office:why") + "?" + urlencode({"next": path}))
    page = client.get(asked["Location"])
    assert page.status_code == 200
    short = client.post(asked["Location"], {"reason": "so"})
    assert short.status_code == 422
    assert client.get(path).status_code == 302
    assert not Entry.objects.filter(kind=Kind.PEOPLE_LOOKED_AT).exists()
    given = client.post(asked["Location"], {"reason": "a complaint of 1 June"})
    assert (given.status_code, given["Location"]) == (302, path)
    answer = client.get(path)
    answer.getvalue()
    assert answer.status_code in (200, 302, 404)  # there may be no run or forecast yet
    assert answer.headers.get("Location", "") != asked["Location"]
    (entry,) = Entry.objects.filter(kind=Kind.PEOPLE_LOOKED_AT)
    assert (entry.region, entry.reason) == ("4401", "a complaint of 1 June")
    told = {"page": name.removeprefix("office:"), **{key: str(value) for key, value in arguments.items()}}
    assert entry.after == told


@pytest.mark.usefixtures("db")
def test_another_filter_or_a_later_hour_asks_again_and_each_person_is_recorded_once() -> None:
    client = visitor()
    client.force_login(officer("over", Role.SUPERVISOR, "4401"))
    people, why = reverse("office:people"), reverse("office:why")
    client.post(f"{why}?{urlencode({'next': f'{people}?unit=U1'})}", {"reason": "a complaint"})
    assert client.get(people, {"unit": "U1", "page": "2", "sort": "name"}).status_code == 200
    assert client.get(people, {"unit": "U2"}).status_code == 302
    assert client.get(people).status_code == 302
    person = reverse("office:person", kwargs=matrix.OBJECTS["office:person"](HERE)[0])
    for _ in range(2):
        assert client.get(person).status_code == 200
    told = list(Entry.objects.filter(kind=Kind.PEOPLE_LOOKED_AT).order_by("pk").values_list("after", "reason"))
    assert told == [
        ({"page": "people", "unit": "U1"}, "a complaint"),
        ({"page": "person", "key": person.rpartition("/")[2]}, "a complaint"),
    ]
    session = client.session
    for kept in session["drill_downs"]:
        kept["until"] = (timezone.now() - timedelta(seconds=1)).isoformat()
    session.save()
    assert client.get(people, {"unit": "U1"}).status_code == 302
    assert client.get(person).status_code == 302


@pytest.mark.usefixtures("db")
def test_to_be_asked_why_costs_the_same_whatever_is_looked_at() -> None:
    client = visitor()
    client.force_login(officer("over", Role.SUPERVISOR, "4401"))
    counts = set()
    for to in ("/office/people", "/office/people", "/office/people?unit=U1&status=paying", "/office/notices"):
        with CaptureQueriesContext(connection) as seen:
            assert client.get(reverse("office:why"), {"next": to}).status_code == 200
        counts.add(len(seen))
    assert len(counts) <= 2  # the first request remembers what does not change, such as names of regions
    assert max(counts) < 20


@pytest.mark.usefixtures("db")
@pytest.mark.parametrize("to", ["https://example.org/office/people", "//example.org/", "/office/cases", "/nowhere", ""])
def test_a_reason_leads_to_pages_of_ours_that_show_people_and_nowhere_else(to: str) -> None:
    client = visitor()
    client.force_login(officer("over", Role.SUPERVISOR, "4401"))
    assert client.get(reverse("office:why"), {"next": to}).status_code == 404


def _of_two_permits() -> Client:
    """A clerk of a city who supervises the province, at work as the supervisor."""
    client, both = visitor(), officer("both", Role.CLERK, "4401")
    Grant.objects.create(officer=both, role=Role.SUPERVISOR, region="44", valid_from=date(2021, 1, 1))
    client.force_login(both)
    assert client.post(reverse("office:permit"), {"permit": "supervisor:44"}).status_code == 302
    return client


@pytest.mark.usefixtures("db")
def test_who_works_under_one_permit_does_not_use_what_the_other_allows() -> None:
    client = _of_two_permits()
    for name, address in ADDRESSES.items():
        who = matrix.EXPECTED[name]
        if not isinstance(who, set) or Role.CLERK not in who:
            continue
        status = _ask(client, address.path)
        if Role.SUPERVISOR in who:
            assert status in (200, 302, 308, 404, 400), f"{name} answers {status}"
        else:
            assert status == 403, f"{name} answers {status} to a clerk of one city who works in the whole province"
    client.post(reverse("office:permit"), {"permit": "clerk:4401"})
    assert client.get(reverse("office:people")).status_code == 200
    exported = client.post(reverse("office:person-export"))
    exported.getvalue()  # read to its end, a file is closed
    assert exported.status_code == 200


@pytest.mark.usefixtures("db")
def test_the_menu_offers_what_the_chosen_permit_opens() -> None:
    client = _of_two_permits()
    for permit, offered in (("supervisor:44", False), ("clerk:4401", True)):
        client.post(reverse("office:permit"), {"permit": permit})
        assert (reverse("office:imports") in client.get(reverse("office:home")).content.decode()) is offered


@pytest.mark.usefixtures("db")
def test_lists_leave_only_where_the_officer_may_take_them_out() -> None:
    both = officer("both", Role.CLERK, "4401")
    Grant.objects.create(officer=both, role=Role.SUPERVISOR, region="44", valid_from=date(2021, 1, 1))
    by = actor_of(both, DAY)
    run, payrun = holdings.run(HERE, RunState.DONE), holdings_pay.payrun(HERE)
    told: dict[str, Any] = {"rows": 1, "content_hash": "0" * 64, "by": by, "at": NOW}
    forecast = Forecast(pk=1, region=HERE)
    for region, refused in (("44", True), ("4401", False)):
        acts: tuple[Callable[[], object], ...] = (
            lambda: note_taken_out(what="people", filters={}, **told),
            lambda: comparisons.note_figures_taken(run=run, **told),
            lambda: running.note_lines_taken(run=payrun, filters={}, **told),
            lambda: running.note_forecast_taken(forecast=forecast, filters={}, **told),
        )
        for take_out in acts:
            with within(Scope(region)), pytest.raises(NotAllowedError) if refused else nullcontext():
                take_out()


@pytest.mark.usefixtures("db")
def test_a_control_file_is_for_those_who_sign_or_approve_its_run() -> None:
    payrun = holdings_pay.payrun(HERE)
    for role, refused in ((Role.SUPERVISOR, True), (Role.CLERK, False), (Role.REVIEWER, False)):
        by = actor_of(officer(f"some-{role}", role, "4401"), DAY)
        with within(Scope("4401")), pytest.raises(NotAllowedError) if refused else nullcontext():
            exporting.note_taken(run=payrun, kind="csv", by=by, at=NOW)


def _looking(name: str, role: Role, region: str, path: str) -> Client:
    """Somebody signed in; a supervisor has said why, where the page asks."""
    client = visitor()
    client.force_login(officer(name, role, region))
    if role == Role.SUPERVISOR and resolve(path).view_name in matrix.PEOPLE:
        client.post(f"{reverse('office:why')}?{urlencode({'next': path})}", {"reason": "a complaint"})
    return client


@pytest.mark.usefixtures("db")
@pytest.mark.parametrize("name", sorted(matrix.OBJECTS))
def test_what_lies_in_another_region_is_not_there(name: str) -> None:
    assert name in ADDRESSES, f"tests/support/matrix.py makes an object for {name}, which is gone"
    arguments, posted = matrix.OBJECTS[name](HERE)
    path = reverse(name, kwargs=arguments)
    for role in sorted(_roles(matrix.EXPECTED[name]) - WITHOUT_REGION):
        own, other = _looking(f"own-{role}", role, HERE, path), _looking(f"other-{role}", role, THERE, path)
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
