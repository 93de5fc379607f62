"""What cannot be recorded does not happen: for every operation, a failing audit write leaves nothing changed."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.db import connections
from django.db.utils import DatabaseError

import anling
from anling.audit.values import machine
from anling.territory.regions import load_regions
from tests.support.acts import ACTS
from tests.support.platform import NOW

_REFUSE = """
CREATE FUNCTION test_refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'the trail is full'; END $$;
CREATE TRIGGER test_refuse BEFORE INSERT ON audit_entry EXECUTE FUNCTION test_refuse();
"""
_ALLOW = "DROP TRIGGER IF EXISTS test_refuse ON audit_entry; DROP FUNCTION IF EXISTS test_refuse();"


@pytest.fixture
def willing() -> Iterator[None]:
    """Whatever happens, the trail takes entries again at the end, and the regions are those of the file."""
    yield
    _owner(_ALLOW)
    load_regions(by=machine("migrate"), at=NOW)


def _owner(sql: str) -> list[tuple[object, ...]]:
    with connections["owner"].cursor() as cursor:
        cursor.execute(sql)
        return list(cursor.fetchall()) if cursor.description else []


def _everything() -> dict[object, object]:
    """Of every table, how many rows and a checksum over them; sequences are not state. Read past row security."""
    tables = [
        str(name)
        for (name,) in _owner(
            "SELECT quote_ident(relname) FROM pg_class WHERE relnamespace = 'public'::regnamespace"
            " AND relkind IN ('r', 'p') AND NOT relispartition"
        )
    ]
    rows = " UNION ALL ".join(
        f"SELECT '{name}', count(*), coalesce(sum(hashtextextended(t::text, 0)::numeric), 0) FROM {name} t"
        for name in tables
    )
    return {name: tuple(rest) for name, *rest in _owner(rows)}


@pytest.mark.usefixtures("flushed", "willing")
@pytest.mark.parametrize("name", sorted(ACTS))
def test_an_act_that_cannot_be_recorded_changes_nothing(name: str) -> None:
    """That the trail refused it shows that the act is recorded."""
    perform = ACTS[name]()
    _owner(_REFUSE)
    before = _everything()
    with pytest.raises(DatabaseError, match="the trail is full"):
        perform()
    assert _everything() == before


def test_every_operation_that_records_something_is_asked() -> None:
    """An operation is a public function of a room that takes `by` and `at`; add it to tests/support/acts.py."""
    missing = [name for name in sorted(_operations()) if name not in ACTS]
    assert not missing, f"tests/support/acts.py performs none of {', '.join(missing)}; add one function for each"


_PART_OF_ANOTHER = {
    "audit.take_up",
    "access.first_grant",
    "casework.new_case",
    "casework.record_verdicts",
    "casework.refute",
    "casework.told",
    "notices.denied",
    "notices.end_subscription",
    "notices.keep_subscription",
    "payment.hold_stops",
    "payment.keep_offsets",
    "payment.leave_out",
    "payment.make_good",
    "payment.resume_from",
    "payment.tell",
    "payment.set_status",
    "payment.take_out",
    "payment.tell_drafts",
    "payment.undo",
    "payment.write",
}
"""Public for the sake of another module of the room; never called by itself."""
_BEFORE_AN_ENTRY = {"roster.receive", "roster.fail", "feeds.receive_upload", "casework.ask_to_adopt"}
"""A roster file has come, or cannot be read: nothing of the roster is shown or changed, and the entry is that of the
 check, which names the file and its hash. A run that is to be taken over waits; the entry is that of taking it over."""
_WITHIN_AN_ACT = {
    "notices.queue_set",
    "notices.by_another_channel",
    "notices.end_undeliverable",
    "roster.set_pay_status",
}
"""Parts of an operation that writes the entry, or steps of the sender, of which the notice itself is the record."""
_WHOLE_ROOMS = {
    "access", "api", "audit", "casework", "comparison", "feeds", "notices", "passes", "payment", "roster", "site",
    "territory", "web",
}  # fmt: skip
"""Rooms of which every operation is performed; add yours here with its acts."""


_THE_ENTRY_ITSELF = {"audit.record"}
_NOT_ASKED = _PART_OF_ANOTHER | _BEFORE_AN_ENTRY | _WITHIN_AN_ACT | _THE_ENTRY_ITSELF


def _operations() -> Iterator[str]:
    root = Path(anling.__file__).parent
    for path in sorted(root.glob("*/**/*.py")):
        room = path.relative_to(root).parts[0]
        if room not in _WHOLE_ROOMS:
            continue
        for node in ast.parse(path.read_text(encoding="utf-8")).body:
            if isinstance(node, ast.FunctionDef) and not node.name.startswith("_"):
                names = {argument.arg for argument in node.args.kwonlyargs}
                if {"by", "at"} <= names and f"{room}.{node.name}" not in _NOT_ASKED:
                    yield f"{room}.{node.name}"


def test_pages_and_the_api_write_no_entry_of_their_own() -> None:
    """What is to be recorded is an act, and an act is an operation of a room, the same for every way to it."""
    root = Path(anling.__file__).parent
    writers = [
        path.name
        for room in ("web", "api")
        for path in (root / room).rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.ImportFrom) and node.module == "anling.audit.operations"
    ]
    assert not writers
