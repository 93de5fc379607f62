"""A backup of an older program: restored by this one it is brought forward, and nothing that it held is lost."""

from collections import Counter
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import connection, connections
from django.db.migrations.executor import MigrationExecutor
from django.utils import timezone

from anling.access.roles import Role
from anling.audit.scope import within
from anling.audit.values import Actor, Scope
from anling.comparison.errors import RunError
from anling.comparison.operations import start
from anling.roster import correcting
from anling.roster.history import ROSTER_THEN, kept_since
from anling.roster.models import Benefit
from anling.site import archive, dumping
from anling.site.backup import DATABASE
from anling.site.database import locate
from anling.site.environment import read_environment
from tests.support.command import anling, signed_in_here
from tests.support.furnished import furnish
from tests.support.platform import HOME, clerk, empty, environment, officer

State = dict[str, str]
"""Room → the last of its migrations that is there."""
Rows = dict[str, Counter[str]]

FIRST, STEP, FORMER_ROWS = "every room's first migration", "one migration less in every room", "before former rows"
CARRIED = {("payment_forecast", "horizon")}
"""Columns whose content a migration put elsewhere: how, is tested beside it (test_migrations_keep)."""
NOT_KEPT = {"django_migrations", "django_session", "usersessions_usersession", "access_commandsession"}
"""What the restoring program writes itself, and who was signed in."""


def _state(name: str) -> State:
    """Our own rooms as an older program had them."""
    graph = MigrationExecutor(connections["owner"]).loader.graph
    state = {}
    for room, last in graph.leaf_nodes():
        own = sorted(key[1] for key in graph.nodes if key[0] == room)
        if graph.nodes[room, last].__module__.startswith("anling."):
            state[room] = {FIRST: own[0], STEP: own[max(0, len(own) - 2)], FORMER_ROWS: last}[name]
    if name == FORMER_ROWS:
        state["roster"] = "0005_pay_status_differs"
    return state


def _go(state: State) -> None:
    with connections["owner"].cursor() as cursor:  # no wider than the column once was
        cursor.execute("UPDATE roster_benefit SET suspend_reason = left(suspend_reason, 10)")
    executor = MigrationExecutor(connections["owner"])
    executor.migrate(list(state.items()))


def _rows(columns: dict[str, list[str]]) -> Rows:
    """Every row of these tables, by these columns."""
    found = {}
    with connections["owner"].cursor() as cursor:
        for table, named in columns.items():
            pairs = ", ".join(f"'{name}', t.\"{name}\"" for name in named)
            cursor.execute(f"SELECT jsonb_build_object({pairs})::text FROM {table} AS t")
            found[table] = Counter(row for (row,) in cursor.fetchall())
    return found


def _columns() -> dict[str, list[str]]:
    with connections["owner"].cursor() as cursor:
        cursor.execute(
            "SELECT c.relname, array_agg(a.attname::text ORDER BY a.attname) FROM pg_class c JOIN pg_attribute a"
            " ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped"
            " WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p') AND NOT c.relispartition"
            " GROUP BY 1"
        )
        return {
            table: [name for name in names if (table, name) not in CARRIED]
            for table, names in cursor.fetchall()
            if table not in NOT_KEPT
        }


def _schema() -> set[str]:
    """What our tables, their columns, indexes, constraints, triggers, policies and functions are."""
    with connections["owner"].cursor() as cursor:
        cursor.execute(
            "SELECT concat_ws(' ', table_name, column_name, data_type, is_nullable, column_default)"
            " FROM information_schema.columns WHERE table_schema = 'public'"
            " UNION ALL SELECT indexdef FROM pg_indexes WHERE schemaname = 'public'"
            "   AND tablename NOT LIKE 'mfa%' AND indexname <> 'one_live_recovery'"
            # whose conditions PostgreSQL writes otherwise after a dump
            " UNION ALL SELECT conrelid::regclass || ' ' || pg_get_constraintdef(oid) FROM pg_constraint"
            "   WHERE connamespace = 'public'::regnamespace"
            " UNION ALL SELECT pg_get_triggerdef(oid) FROM pg_trigger WHERE NOT tgisinternal"
            " UNION ALL SELECT concat_ws(' ', tablename, policyname, qual, with_check) FROM pg_policies"
            " UNION ALL SELECT pg_get_functiondef(oid) FROM pg_proc"
            "   WHERE pronamespace = 'public'::regnamespace AND prokind = 'f'"
        )
        return {line for (line,) in cursor.fetchall()}


def _old_backup(target: Path) -> None:
    """The archive that the program of that schema would have written."""
    dumped = target.with_suffix(".dump")
    dumping.dump(locate(read_environment(environment()))["owner"], dumped)
    keys = [(f"home/{name}", HOME / name) for name in ("secret-key", "audit-key") if (HOME / name).exists()]
    archive.write(target, [(DATABASE, dumped), *keys], {"version": "0.1", "postgresql": "18"})


@pytest.fixture
def furnished(database: None) -> Iterator[None]:
    """Something behind every resource; afterwards the tables of this program again, empty."""
    del database
    empty()
    furnish()
    yield
    connections.close_all()
    _done("migrate")
    empty()


@pytest.mark.usefixtures("furnished")
@pytest.mark.timeout(600)  # whole programs are started, some of them twice
@pytest.mark.parametrize(
    "before", [pytest.param(FIRST, marks=pytest.mark.long), pytest.param(STEP, marks=pytest.mark.long), FORMER_ROWS]
)
def test_what_an_older_program_backed_up_is_all_there_and_goes_on(tmp_path: Path, before: str) -> None:
    made_anew, backup = _schema(), tmp_path / "old.backup"
    _go(_state(before))
    columns = _columns()
    held = _rows(columns)
    assert sum(held["roster_benefit"].values()) > 5
    _old_backup(backup)
    connections.close_all()
    _done("restore", backup, "--replace")
    there = _columns()
    assert [(table, name) for table in columns for name in columns[table] if name not in there.get(table, ())] == []
    now = _rows(columns)
    assert {table: rows - now[table] for table, rows in held.items() if rows - now[table]} == {}
    assert _schema() == made_anew
    _done("check")
    auditor = officer("who-verifies", Role.AUDIT_ADMINISTRATOR)
    signed_in_here(auditor.username)
    _done("audit", "verify", "--as", auditor.username)


@pytest.mark.usefixtures("furnished")
def test_a_look_back_begins_where_the_restore_was(tmp_path: Path) -> None:
    by, backup = clerk("44", "who-looks-back"), tmp_path / "old.backup"
    before = timezone.now()
    _go(_state(FORMER_ROWS))
    _old_backup(backup)
    connections.close_all()
    _done("restore", backup, "--replace")
    since = kept_since()
    for moment in (before, since - timedelta(microseconds=1)):
        with pytest.raises(RunError, match=r"was not kept: that begins at 20.*; name a later moment"):
            _look_back(by, moment)
    restored = timezone.now()
    with within(Scope("44")):
        first = Benefit.objects.earliest("pk")
        correcting.correct_benefit(benefit=first.pk, said={"unit": ""}, reason="left", by=by, at=timezone.now())
    known = _then(since), _then(restored), _then(timezone.now())
    assert known[0] == known[1] != known[2]
    with pytest.raises(RunError, match="was not kept"):
        _look_back(by, before)  # nor is it half known, after a benefit was written over


def _look_back(by: Actor, moment: datetime) -> None:
    start(region="44", as_of=date(2024, 7, 31), reason="", by=by, at=timezone.now(), known_at=moment)


def _then(moment: datetime) -> list[tuple[Any, ...]]:
    """The roster as known at a moment."""
    with within(Scope("44")), connection.cursor() as cursor:
        cursor.execute(f"SELECT * FROM {ROSTER_THEN} ORDER BY id", {"moment": moment, "region": "44"})
        return list(cursor.fetchall())


def _done(*words: object) -> None:
    done = anling(*words)
    assert done.returncode == 0, done.stdout + done.stderr
