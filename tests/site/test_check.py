"""`anling check` tells an administrator, item by item, what is right and what to do."""

import json
from dataclasses import replace
from pathlib import Path
from urllib.parse import quote

import pytest

from anling.site import postgres
from anling.site.diagnosis import State, version
from anling.site.errors import SiteError
from anling.site.roles import Role, must_be_plain
from tests.site.conftest import Home, held

ITEMS = ["python", "settings", "messages", "data_directory", "disk", "database", "version", "encoding", "roles"]

_PLAIN = Role(
    "app", all_powerful=False, may_create=False, owns=False, migrated=True, number=180004, version="", encoding="UTF8"
)


def _url(home: Home, role: str) -> str:
    address = postgres.address(home.layout.folder, role)
    return f"postgresql://{role}:{address.password}@{quote(address.host, safe='')}:{address.port}/{address.name}"


def test_a_fresh_home_is_right(home: Home) -> None:
    checked = home.anling("check")
    assert checked.returncode == 0, checked.stdout + checked.stderr
    assert [line.split()[2] for line in checked.stdout.splitlines()] == ITEMS
    assert checked.stderr == ""
    assert (home.path / "secret-key").stat().st_mode & 0o777 == 0o600


def test_programs_read_the_same(running_home: Home) -> None:
    checked = running_home.anling("check", "--json")
    read = json.loads(checked.stdout)
    assert read["ok"] is True
    assert [item["name"] for item in read["items"]] == ITEMS


def test_a_named_server_is_used_as_the_embedded_one_is(running_home: Home, home: Home) -> None:
    urls = {"DATABASE_URL": _url(running_home, "app"), "DATABASE_OWNER_URL": _url(running_home, "owner")}
    checked = home.anling("check", **urls)
    assert checked.returncode == 0, checked.stdout
    assert not home.layout.folder.exists()


def test_roles_that_are_swapped_are_noticed(running_home: Home, home: Home) -> None:
    urls = {"DATABASE_URL": _url(running_home, "owner"), "DATABASE_OWNER_URL": _url(running_home, "app")}
    checked = home.anling("check", **urls)
    assert checked.returncode == 2
    assert "owner may create tables" in checked.stdout


def test_a_machine_that_only_serves_names_no_owner(running_home: Home, home: Home) -> None:
    checked = home.anling("check", DATABASE_URL=_url(running_home, "app"))
    assert checked.returncode == 0, checked.stdout
    assert "nothing can be migrated from here" in checked.stdout


def test_one_role_for_both_is_refused_before_and_after_it_owns_tables(migrated: Home) -> None:
    home = migrated
    with held(home):
        alone = {"DATABASE_URL": _url(home, "owner")}
        for words in (["check"], ["migrate"], ["serve", "--port", "1"], ["worker"]):
            refused = home.anling(*words, **alone)
            assert refused.returncode == 2, (words, refused.stdout, refused.stderr)
            assert "row security does not bind their owner" in refused.stdout + refused.stderr
        with home.connect("owner") as owner:
            owner.execute("DROP SCHEMA public CASCADE; CREATE SCHEMA public")
        assert "row security does not bind their owner" in home.anling("check", **alone).stdout


@pytest.mark.parametrize(
    ("url", "told"),
    [
        ("mysql://u:hidden-word@db/anling", "does not name a PostgreSQL database"),
        ("postgresql://u:hidden-word@db:port/anling", "is not an address"),
        ("postgresql://u:hidden-word@db", "names no database"),
        ("postgresql://u:hidden-word@127.0.0.1:1/anling", "cannot be reached"),
        ("postgresql://u:hidden-word@db/anling?colour=red", "'colour' is not known"),
    ],
)
def test_a_wrong_address_is_one_sentence_without_its_password(home: Home, url: str, told: str) -> None:
    checked = home.anling("check", DATABASE_URL=url)
    assert checked.returncode == 2
    (line,) = [line for line in checked.stdout.splitlines() if "WRONG" in line]
    assert told in line
    assert "hidden-word" not in checked.stdout + checked.stderr


def test_a_variable_that_nobody_reads_is_named(running_home: Home) -> None:
    checked = running_home.anling("check", ANLING_HOEM="elsewhere")
    assert checked.returncode == 2
    assert "ANLING_HOEM: nobody reads this" in checked.stdout


def test_a_home_that_cannot_be_made_is_named(home: Home) -> None:
    file = home.path / "file"
    file.touch()
    checked = home.anling("check", ANLING_HOME=str(file / "below"))
    assert checked.returncode == 2
    assert "data_directory" in checked.stdout
    assert Path(file).is_file()


@pytest.mark.parametrize(("number", "state"), [(140012, State.WRONG), (150000, State.OK), (180004, State.OK)])
def test_a_server_older_than_fifteen_is_refused(number: int, state: State) -> None:
    role = replace(_PLAIN, number=number)
    assert version(role).state == state


def test_a_role_that_row_security_does_not_bind_serves_nothing() -> None:
    must_be_plain(_PLAIN)
    with pytest.raises(SiteError, match="app is a superuser or bypasses row security"):
        must_be_plain(replace(_PLAIN, all_powerful=True))
    with pytest.raises(SiteError, match="name app in DATABASE_OWNER_URL and a second, plain role in DATABASE_URL"):
        must_be_plain(replace(_PLAIN, owns=True))
