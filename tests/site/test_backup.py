"""Backup and restore: the whole state, as a whole; a broken archive changes nothing."""

import hashlib
import io
import json
import tarfile
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from psycopg import sql

from anling.site import archive
from anling.site.errors import SiteError
from tests.site.conftest import Home, end, make_home, within
from tests.support.prepared import move_into


def _insert(owner: psycopg.Connection, table: str, **given: object) -> int:
    """A row with what is given; columns that must hold something, and are not given, hold nothing of interest."""
    columns = owner.execute(
        "SELECT column_name, data_type FROM information_schema.columns WHERE table_name = %s"
        " AND is_nullable = 'NO' AND is_identity = 'NO' AND column_default IS NULL",
        [table],
    ).fetchall()
    empty = {"boolean": False, "smallint": 0, "integer": 0, "timestamp with time zone": "2026-07-01"}
    row = {**{name: empty.get(kind, "") for name, kind in columns}, **given}
    statement = sql.SQL("INSERT INTO {} ({}) VALUES ({}) RETURNING id").format(
        sql.Identifier(table),
        sql.SQL(", ").join(map(sql.Identifier, row)),
        sql.SQL(", ").join(map(sql.Placeholder, row)),
    )
    made = owner.execute(statement, row).fetchone()
    assert made
    return int(made[0])


def _person(owner: psycopg.Connection, number: str) -> int:
    return _insert(
        owner, "roster_person", id_type="01", id_number=number, id_valid=True, name="某甲", name_key="某甲", sex=9
    )


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Home, Path]]:
    """An installation with an officer, two people in two cities and an upload, and its backup."""
    home = make_home()
    move_into(home.path)
    holder = home.hold()
    made = home.anling("officers", "add", "root", "--name", "管理员", "--role", "security_administrator")
    assert made.returncode == 0, made.stderr
    with home.connect("owner") as owner:
        for number, region in (("1", "440104"), ("2", "440305")):
            person = _person(owner, number)
            _insert(
                owner, "roster_benefit", benefit_no=f"B{number}", person_id=person, region=region, pay_status="paying"
            )
        owner.execute(
            "INSERT INTO access_commandsession (officer_id, token_hash, machine, account, begun_at, ends_at)"
            " SELECT id, 'x', 'here', 'root', now(), now() + interval '1 hour' FROM access_officer"
        )
    (home.path / "uploads").mkdir()
    (home.path / "uploads" / "a.csv").write_text("kept")
    kept = tmp_path_factory.mktemp("backup") / "a.backup"
    done = home.anling("backup", str(kept))
    assert done.returncode == 0, done.stderr
    yield home, kept
    end(holder)
    assert within(60, home.stopped)


def test_a_fresh_installation_becomes_what_the_backup_was(source: tuple[Home, Path], home: Home) -> None:
    origin, kept = source
    done = home.anling("restore", str(kept))
    assert done.returncode == 0, done.stderr
    holder = home.hold()
    with home.connect("owner") as owner, home.connect("app") as app:
        assert owner.execute("SELECT array_agg(id_number ORDER BY 1) FROM roster_person").fetchone() == (["1", "2"],)
        _person(owner, "3")
        assert owner.execute("SELECT array_agg(id ORDER BY id) FROM roster_person").fetchone() == ([1, 2, 3],)
        assert app.execute("SELECT count(*) FROM roster_benefit").fetchone() == (0,)
        with app.transaction():
            app.execute("SELECT set_config('anling.scope', '4401', true)")
            assert app.execute("SELECT benefit_no FROM roster_benefit").fetchall() == [("B1",)]
        for statement in ("UPDATE audit_entry SET reason = 'x'", "CREATE TABLE another (number int)"):
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                app.execute(statement)
        kinds = owner.execute("SELECT kind FROM audit_entry ORDER BY id DESC LIMIT 1").fetchone()
        assert kinds == ("site.backup_restored",)
        assert owner.execute("SELECT count(*) FROM access_commandsession").fetchone() == (0,), "nobody is signed in"
    for name in ("secret-key", "audit-key", "uploads/a.csv"):
        assert (home.path / name).read_bytes() == (origin.path / name).read_bytes()
    with home.connect("owner") as owner:
        assert owner.execute("SELECT username FROM access_officer").fetchall() == [("root",)]
    end(holder)


def test_what_a_database_holds_is_given_up_only_on_demand(source: tuple[Home, Path]) -> None:
    origin, kept = source
    with origin.connect("owner") as owner:
        owner.execute("UPDATE roster_person SET name = '某乙'")
        refused = origin.anling("restore", str(kept))
        assert refused.returncode == 2
        assert "--replace" in refused.stderr
        assert owner.execute("SELECT DISTINCT name FROM roster_person").fetchone() == ("某乙",)
    done = origin.anling("restore", str(kept), "--replace")
    assert done.returncode == 0, done.stderr
    with origin.connect("owner") as owner:
        assert owner.execute("SELECT DISTINCT name FROM roster_person").fetchone() == ("某甲",)


@pytest.mark.parametrize("part", ["cut", "turned", "strange"])
def test_an_archive_that_is_not_whole_is_refused_and_changes_nothing(
    source: tuple[Home, Path], tmp_path: Path, part: str
) -> None:
    origin, kept = source
    content = bytearray(kept.read_bytes())
    if part == "cut":
        content = content[: len(content) // 2]
    elif part == "turned":
        content[len(content) // 2] ^= 1
    else:
        content = bytearray(b"no archive at all" * 100)
    broken = tmp_path / "broken.backup"
    broken.write_bytes(content)
    before = (origin.path / "secret-key").read_bytes()
    done = origin.anling("restore", str(broken), "--replace")
    assert (done.returncode, len(done.stderr.splitlines())) == (2, 1)
    assert "no whole backup" in done.stderr
    assert (origin.path / "secret-key").read_bytes() == before
    with origin.connect("owner") as owner:
        assert owner.execute("SELECT count(*) FROM roster_person").fetchone() == (2,)
    assert [path.name for path in origin.path.iterdir() if path.name.startswith(".restore")] == []


def test_links_between_parts_are_kept_and_one_that_leads_out_is_refused(tmp_path: Path) -> None:
    kept = tmp_path / "kept"
    kept.write_text("rows")
    parts = [("home/deliveries/k/b.csv", kept)]
    good, bad = tmp_path / "good.backup", tmp_path / "bad.backup"
    archive.write(good, parts, {}, {"home/runs/1/feeds/f/b.csv": "../../../../deliveries/k/b.csv"})
    with archive.unpacked(good, tmp_path) as (folder, _):
        assert (folder / "home" / "runs" / "1" / "feeds" / "f" / "b.csv").read_text() == "rows"
    for name, points_to in (
        ("home/a", "../outside"),
        ("home/a", "../../outside"),
        ("home/a", "/etc/hostname"),
        ("../a", "home/deliveries"),
    ):
        bad.unlink(missing_ok=True)
        archive.write(bad, parts, {}, {name: points_to})
        with pytest.raises(SiteError, match="no whole backup"), archive.unpacked(bad, tmp_path):
            pass


def test_a_backup_of_the_first_format_is_restored_as_well(tmp_path: Path) -> None:
    old = tmp_path / "old.backup"
    with tarfile.open(old, "w") as file:
        for name, content in (("home/secret-key", b"k"), ("manifest.json", _manifest("home/secret-key", b"k"))):
            entry = tarfile.TarInfo(name)
            entry.size = len(content)
            file.addfile(entry, io.BytesIO(content))
    with archive.unpacked(old, tmp_path) as (folder, about):
        assert (folder / "home" / "secret-key").read_bytes() == b"k"
        assert about["format"] == 1


def _manifest(name: str, content: bytes) -> bytes:
    return json.dumps({"format": 1, "version": "1", "parts": {name: hashlib.sha256(content).hexdigest()}}).encode()


def test_a_backup_is_the_owners_alone_and_is_never_written_over(source: tuple[Home, Path]) -> None:
    origin, kept = source
    assert kept.stat().st_mode & 0o077 == 0
    again = origin.anling("backup", str(kept))
    assert again.returncode == 2
    assert "already" in again.stderr
    assert [path.name for path in kept.parent.iterdir()] == [kept.name]
    with tarfile.open(kept) as parts:
        manifest = parts.extractfile("manifest.json")
        assert manifest
        assert set(json.load(manifest)["parts"]) >= {"database.dump", "home/audit-key", "home/uploads/a.csv"}
