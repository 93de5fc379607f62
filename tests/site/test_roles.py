"""`owner` makes tables, `app` uses what it is given, and nobody else comes in."""

import psycopg
import pytest

from tests.site.conftest import Home


def test_app_sees_a_table_only_after_a_grant_and_makes_none(running_home: Home) -> None:
    with running_home.connect("owner") as owner, running_home.connect("app") as app:
        owner.execute("CREATE TABLE entry (number int)")
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            app.execute("SELECT * FROM entry")
        owner.execute("GRANT SELECT ON entry TO app")
        assert app.execute("SELECT count(*) FROM entry").fetchone() == (0,)
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            app.execute("CREATE TABLE another (number int)")
        app.execute("CREATE TEMPORARY TABLE staging (number int)")


@pytest.mark.parametrize("role", ["owner", "app"])
def test_neither_role_stands_above_row_security(running_home: Home, role: str) -> None:
    with running_home.connect(role) as connection:
        rights = connection.execute("SELECT rolsuper, rolbypassrls FROM pg_roles WHERE rolname = current_user")
        assert rights.fetchone() == (False, False)


@pytest.mark.parametrize("changes", [{"password": ""}, {"password": "guessed"}, {"user": "postgres"}], ids=str)
def test_nobody_comes_in_without_the_right_password(running_home: Home, changes: dict[str, str]) -> None:
    with pytest.raises(psycopg.OperationalError):
        running_home.connect("app", **changes)


def test_the_server_is_on_no_network(running_home: Home) -> None:
    with running_home.connect("app") as connection:
        assert connection.execute("SHOW listen_addresses").fetchone() == ("",)
        assert connection.execute("SHOW server_encoding").fetchone() == ("UTF8",)
