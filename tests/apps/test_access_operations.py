"""Officers, grants, leave and client systems: who may give what, and nobody to themselves (platform.md)."""

from datetime import date, timedelta

import pytest
from django.contrib.auth.hashers import check_password

from anling.access import clients, granting, operations
from anling.access.errors import AccessError, NotAllowedError
from anling.access.models import ClientSystem, Officer
from anling.access.queries import actor_of, officers
from anling.access.revealing import reveal, revealable
from anling.access.roles import Role
from anling.audit.kinds import Kind
from anling.audit.models import Entry
from tests.support.acts import security_administrator
from tests.support.platform import DAY, NOW, clerk, officer

pytestmark = pytest.mark.usefixtures("db")
LONG = "another long horse"
"""A password that its owner typed."""


def _roles(whom: Officer, day: date) -> set[tuple[str, str]]:
    return {(permit.role, str(permit.scope or "")) for permit in actor_of(whom, day).permits}


def test_a_new_officer_has_one_role_from_today_and_the_entry_names_the_doer() -> None:
    by = security_administrator()
    made, one_time = operations.add_officer(
        username="li", name="李四", role=Role.CLERK, region="4401", by=by, at=NOW
    )  # fmt: skip
    assert _roles(made, DAY) == {("clerk", "4401")}
    assert _roles(made, DAY - timedelta(days=1)) == set()
    assert (check_password(one_time, made.password), made.must_choose_password) == (True, True)
    entries = Entry.objects.order_by("pk")
    assert [(entry.kind, entry.doer, entry.object_key) for entry in entries] == [
        (Kind.OFFICER_ADDED, by.key, made.key),
        (Kind.GRANT_GIVEN, by.key, made.key),
    ]
    assert one_time not in str(list(entries.values()))


@pytest.mark.parametrize(
    ("field", "said"),
    [
        ("username", {"username": "WANG"}),
        ("username", {"username": "王"}),
        ("region", {"region": "44010"}),
        ("region", {"role": Role.AUDIT_ADMINISTRATOR}),
        ("role", {"role": "emperor"}),
        ("password", {"password": "12345678"}),
        ("name", {"name": " "}),
    ],
)
def test_what_is_wrong_is_told_at_its_field(field: str, said: dict[str, str]) -> None:
    officer("wang", Role.CLERK, "4401")
    form = {"username": "li", "name": "李", "role": Role.CLERK, "region": "4401", "password": LONG, **said}
    with pytest.raises(AccessError) as refused:
        operations.add_officer(**form, by=security_administrator(), at=NOW)
    assert refused.value.field == field
    assert not Officer.objects.filter(username="li").exists()


def test_nobody_but_the_security_administrator_gives_anything() -> None:
    whom = officer("wang", Role.CLERK, "4401")
    by = clerk("44")
    with pytest.raises(NotAllowedError, match="Security administrator"):
        granting.give_grant(
            officer=whom, role=Role.CLERK, region="44", valid_from=DAY, valid_to=None, reason="", by=by, at=NOW
        )
    with pytest.raises(NotAllowedError):
        operations.reset_password(officer=whom, reason="forgotten", by=by, at=NOW)
    with pytest.raises(NotAllowedError):
        clients.add_client(name="x", region="44", scopes="", per_minute=1, by=by, at=NOW)


def test_nobody_grants_themselves_anything_nor_stands_in_by_their_own_hand() -> None:
    by = security_administrator()
    oneself = Officer.objects.get(username="security")
    with pytest.raises(AccessError, match="themselves"):
        granting.give_grant(
            officer=oneself, role=Role.CLERK, region="44", valid_from=DAY, valid_to=None, reason="", by=by, at=NOW
        )
    away = officer("wang", Role.CLERK, "4401")
    with pytest.raises(AccessError, match="themselves"):
        granting.take_leave(officer=away, first=DAY, last=DAY, stand_in=oneself, reason="leave", by=by, at=NOW)


def test_during_leave_the_stand_in_has_the_roles_and_afterwards_all_is_as_before() -> None:
    by, away, other = security_administrator(), officer("wang", Role.CLERK, "4401"), officer("li", Role.CLERK, "4403")
    first, last = date(2026, 8, 1), date(2026, 8, 14)
    granting.take_leave(officer=away, first=first, last=last, stand_in=other, reason="leave", by=by, at=NOW)
    for day, own, others in (
        (first - timedelta(days=1), {("clerk", "4401")}, {("clerk", "4403")}),
        (first, set(), {("clerk", "4403"), ("clerk", "4401")}),
        (last, set(), {("clerk", "4403"), ("clerk", "4401")}),
        (last + timedelta(days=1), {("clerk", "4401")}, {("clerk", "4403")}),
    ):
        assert (_roles(away, day), _roles(other, day)) == (own, others), day
    assert other.grants.get(region="4401").substitute_for == away


def test_an_ended_grant_holds_no_more_and_the_last_administrator_stays() -> None:
    by, whom = security_administrator(), officer("wang", Role.CLERK, "4401")
    granting.end_grant(grant=whom.grants.get(), last_day=DAY - timedelta(days=1), reason="moved", by=by, at=NOW)
    assert _roles(whom, DAY) == set()
    last = Officer.objects.get(username="security").grants.get()
    with pytest.raises(AccessError, match="left to administer"):
        granting.end_grant(grant=last, last_day=DAY - timedelta(days=1), reason="gone", by=by, at=NOW)


def test_a_client_system_keeps_no_readable_secret_and_its_limits_can_change() -> None:
    by = security_administrator()
    client, secret = clients.add_client(
        name="city", region="4401", scopes=" people:read  places:read ", per_minute=60, by=by, at=NOW
    )
    kept = ClientSystem.objects.get(pk=client.pk)
    assert kept.client_secret != secret
    assert check_password(secret, kept.client_secret)
    assert kept.allowed_scopes == "people:read places:read"
    renewed = clients.renew_secret(client=kept, reason="leaked", by=by, at=NOW)
    assert not check_password(secret, ClientSystem.objects.get(pk=client.pk).client_secret)
    assert secret not in str(list(Entry.objects.values()))
    assert renewed not in str(list(Entry.objects.values()))


def test_officers_are_found_by_a_part_of_their_name_and_by_role() -> None:
    officer("wang", Role.CLERK, "4401", name="王小明")
    officer("li", Role.REVIEWER, "4401", name="李小红")
    assert [o.username for o in officers(search="小红", day=DAY)] == ["li"]
    assert [o.username for o in officers(role=Role.CLERK, day=DAY)] == ["wang"]


def test_a_field_is_revealed_with_a_reason_and_only_in_ones_region() -> None:
    revealable("test", "number", lambda key: ("440104195001011230", key))
    by = clerk("4401")
    asked = {"object_type": "test", "field": "number", "by": by, "at": NOW}
    with pytest.raises(AccessError, match="why"):
        reveal(**asked, key="440104", reason=" ")  # type: ignore[arg-type]
    with pytest.raises(NotAllowedError):
        reveal(**asked, key="440305", reason="call them back")  # type: ignore[arg-type]
    assert Entry.objects.count() == 0
    value = reveal(**asked, key="440104", reason="call them back")  # type: ignore[arg-type]
    entry = Entry.objects.get()
    assert (value, entry.kind, entry.reason) == ("440104195001011230", Kind.FIELD_REVEALED, "call them back")
    assert "1950" not in str(Entry.objects.values().get())
