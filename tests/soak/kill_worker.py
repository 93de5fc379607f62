"""The long proof that the work of an installation survives its worker: `script/soak faults`.

A province goes the whole way through the queue: roster checked and applied, deliveries read, compared, asked a what-if,
repeated, taken over. A real `anling worker`, or `anling serve` with its worker, is killed (SIGKILL, all its processes)
at twenty seeded moments while jobs of these steps are in work; now and then the database's own server is, and the
worker lives on. Whoever comes next takes the jobs up; in the end every table holds what it holds after a course in
which nobody was killed, nothing is in the trail twice, and the trail is whole.

After a kill a dead worker's last sign of life is made old, so that nobody has to wait until it counts as dead.
tests/apps/test_worker_kills.py does it with a small province.
"""

from __future__ import annotations

import os
import random
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from anling.audit.values import Actor

PEOPLE, KILLS, SEED = 2000, 20, 20260701
_WITHIN = 0.7
"""Part of a step's seconds in which kills fall: the rest goes by before its job is begun."""
LIMIT = 240.0
"""Seconds within which a step has to come to its end."""


WORKER, SERVED, DATABASE = "worker", "served", "database"
"""What is killed: a worker alone, a server with its worker, or the embedded database under a worker."""
Kill = tuple[float, str]
"""Seconds after the job of a step was begun, and what is killed."""


@dataclass
class Course:
    """One way of a province through the queue. worker: the processes that do its jobs, if there are any."""

    made: Path
    by: Actor
    imported: int = 0
    run: int = 0
    worker: subprocess.Popen[bytes] | None = field(default=None, repr=False)

    def begin(self, *, served: bool) -> None:
        """Have a worker, alone or beside a server."""
        from tests.support.platform import environment

        if self.worker:
            return
        words = ["serve", "--worker", "--port", str(_free_port())] if served else ["worker"]
        self.worker = subprocess.Popen(
            [sys.executable, "-m", "anling", *words], env=environment(), start_new_session=True,
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip

    def strike(self, what: str) -> None:
        """Kill one of WORKER, SERVED, DATABASE; a worker whose database died is left to itself.

        Where DATABASE_URL names a server it is not ours to kill: then the worker is.
        """
        if what != DATABASE or "DATABASE_URL" in os.environ:
            self.kill()
            return
        from django.db import connections

        connections.close_all()
        note = _home() / "postgres" / "data" / "postmaster.pid"
        os.kill(int(note.read_text().split()[0]), signal.SIGKILL)

    def kill(self) -> None:
        """Kill every process of it at once."""
        if self.worker:
            os.killpg(self.worker.pid, signal.SIGKILL)
            self.worker.wait()
            self.worker = None
        _sql("UPDATE procrastinate_workers SET last_heartbeat = now() - interval '1 minute'")


def check(course: Course) -> None:
    """A roster is uploaded."""
    from anling.feeds.roster_import import receive_upload

    file = course.made / "roster.parquet"
    received = receive_upload(
        file_name=file.name, chunks=[file.read_bytes()], home=_home(), by=course.by, at=_now(),
    )  # fmt: skip
    course.imported = received.pk


def apply(course: Course) -> None:
    """The checked roster is to be written."""
    from anling.feeds.roster_import import apply_later

    apply_later(key=course.imported, by=course.by, reason="soak")


def deliver(course: Course) -> None:
    """Every delivery of the province comes."""
    from anling.audit.scope import within
    from anling.feeds.models import State, Way
    from anling.feeds.receiving import Delivery, receive
    from anling.feeds.tasks import enqueue, rooms
    from tests.support.province import PROVINCE

    for data in sorted((course.made / "feeds").glob("*/*")):
        if data.suffix != ".json":
            given = Delivery(data, data.with_suffix(".json"), Way.COMMAND)
            with within(PROVINCE):
                batch = receive(delivery=given, rooms=rooms(), by=course.by, at=_now())
                if batch.state == State.RECEIVED:
                    enqueue(batch)


def compare(course: Course) -> None:
    """A run is asked for."""
    from anling.comparison.operations import start
    from tests.support.province import AS_OF

    course.run = start(region="44", as_of=AS_OF, reason="soak", by=course.by, at=_now()).pk


def what_if(course: Course) -> None:
    """What a shorter cycle and less trust in a feed would do to that run."""
    from anling.audit.scope import within
    from anling.comparison.models import Run
    from anling.comparison.what_if.asking import Question, ask_what_if
    from tests.support.province import PROVINCE

    with within(PROVINCE):
        run = Run.objects.get(pk=course.run)
    values = {"feeds.gov_login.code.face": "P3", "clock.employee.cycle_months": "6",
              "clock.employee.stop_after_months": "7"}  # fmt: skip
    ask_what_if(question=Question("44", run, True), values=values, reason="soak", by=course.by, at=_now())


def repeat(course: Course) -> None:
    """The same run once more: it must come to the same hash."""
    from anling.audit.scope import within
    from anling.comparison.models import Run
    from anling.comparison.operations import replay
    from tests.support.province import PROVINCE

    with within(PROVINCE):
        run = Run.objects.get(pk=course.run)
    assert run.state == "done", f"run {run.pk} is {run.state}: {run.error}"
    replay(run=run, reason="soak", by=course.by, at=_now())


def adopt(course: Course) -> None:
    """The run is to be taken over."""
    from anling.audit.scope import within
    from anling.casework.adopting import ask_to_adopt
    from tests.support.province import PROVINCE

    with within(PROVINCE):
        ask_to_adopt(run=course.run, reason="soak", by=course.by, at=_now())


STEPS: tuple[Callable[[Course], None], ...] = (check, apply, deliver, compare, what_if, repeat, adopt)
TASKS = (
    "roster.check", "roster.apply", "feeds.take_in_batch", "comparison.run", "comparison.what_if",
    "casework.adopt",
)  # fmt: skip


def at_work() -> int:
    """Jobs of the course that a worker has in its hands."""
    return _jobs("doing")


def waiting() -> int:
    """Jobs of the course that are not at their end."""
    return _jobs("todo", "doing")


def walk(course: Course, kills: Callable[[str], list[Kill]]) -> Iterator[str]:
    """Take a course to its end; a line for every kill and every step.

    kills: by the name of a step.
    """
    for step in STEPS:
        begun = time.monotonic()
        step(course)
        for seconds, what in kills(step.__name__):
            course.begin(served=what == SERVED)
            _until(lambda: at_work() or not waiting())
            time.sleep(seconds)
            left = waiting()
            course.strike(what)
            yield f"  kill in {step.__name__:<8} after {seconds:5.2f} s: {what}, {left} jobs left"
        course.begin(served=False)
        _until(lambda: not waiting())
        yield f"{step.__name__} {time.monotonic() - begun:.1f}"
    course.kill()


def ended() -> tuple[dict[str, str], list[str]]:
    """What the tables hold, and what is wrong whatever they hold."""
    from anling.audit.scope import within
    from anling.audit.sealing import seal
    from anling.audit.verification import verify
    from anling.casework.models import Adoption
    from anling.comparison.models import Run, WhatIf
    from tests.support.content import content
    from tests.support.province import PROVINCE

    seal(at=_now(), window=None)
    report = verify()
    wrong = [*report.findings, *([f"{report.unsealed} entries are not sealed"] if report.unsealed else [])]
    with within(PROVINCE):
        runs = Run.objects.order_by("pk")
        if len({run.content_hash for run in runs}) != 1 or {run.state for run in runs} != {"done"}:
            wrong.append(f"runs: {[(run.pk, run.state, run.content_hash[:8], run.error) for run in runs]}")
        if [each.state for each in Adoption.objects.all()] != ["done"]:
            wrong.append("the run was not taken over")
    with within(PROVINCE):
        what_ifs = [(each.state, bool(each.content_hash)) for each in WhatIf.objects.all()]
    if what_ifs != [("done", True)]:
        wrong.append(f"what-ifs: {what_ifs}")
    if left := [each.name for each in (_home() / "what-ifs").glob("*")]:
        wrong.append(f"files of what-ifs are left: {left}")
    if failed := _jobs("failed", "cancelled", "aborted"):
        wrong.append(f"{failed} jobs failed")
    return content(), wrong


@contextmanager
def fresh(made: Path) -> Iterator[Course]:
    """An empty platform with one clerk; no process of the course outlives it."""
    from tests.support.platform import clerk, empty

    empty()
    for name in ("store", "imports", "deliveries", "runs", "what-ifs"):
        shutil.rmtree(_home() / name, ignore_errors=True)
    course = Course(made, clerk("44", "province"))
    try:
        yield course
    finally:
        course.kill()


def calm(made: Path) -> tuple[dict[str, str], dict[str, float]]:
    """What a course comes to in which nobody is killed, and seconds by step."""
    with fresh(made) as course:
        course.begin(served=False)
        time.sleep(5)
        said = [line.split() for line in walk(course, lambda step: [])]
        held, wrong = ended()
        assert not wrong, wrong
        return held, {step: float(seconds) for step, seconds in said}


def main() -> int:
    """Kill, go on, compare; 1 where a course ended otherwise than the calm one."""
    from anling.site.environment import read_environment
    from anling.site.migrating import migrate
    from anling.synthesis import generate
    from tests.support import platform
    from tests.support.content import differences

    migrate(read_environment(platform.environment()))
    made = Path(tempfile.mkdtemp(prefix="anling-faults-")) / "made"
    generate(people=PEOPLE, seed=4, out=made)
    wanted, length = calm(made)
    print("undisturbed, seconds by step:", length, flush=True)
    chance, done, wrong = random.Random(SEED), 0, 0

    def kills(step: str) -> list[Kill]:
        times = 2 if chance.random() < 0.3 else 1
        chosen = [chance.choices((WORKER, SERVED, DATABASE), (4, 2, 2))[0] for _ in range(times)]
        return [(chance.uniform(0, _WITHIN * length[step]), what) for what in chosen]

    while done < KILLS:
        with fresh(made) as course:
            for line in walk(course, kills):
                done += line.startswith("  kill") and not line.endswith(", 0 jobs left")
                print(line, flush=True)
            held, told = ended()
        told += differences(wanted, held)
        print("\n".join(told) or "as the undisturbed course", flush=True)
        wrong += len(told)
    print(f"{done} kills into the work, {wrong} wrong; {len(wanted)} tables compared")
    return 1 if wrong else 0


def _jobs(*states: str) -> int:
    return int(_sql(
        "SELECT count(*) FROM procrastinate_jobs WHERE task_name = ANY(%s) AND status::text = ANY(%s)",
        list(TASKS), list(states),
    )[0][0])  # fmt: skip


def _sql(statement: str, *values: list[str]) -> list[tuple[int, ...]]:
    """As the owner; where the database has just been killed, once it is back."""
    from django.db import OperationalError, connections

    until = time.monotonic() + LIMIT
    while True:
        try:
            with connections["owner"].cursor() as cursor:
                cursor.execute(statement, values or None)
                return list(cursor.fetchall()) if cursor.description else []
        except OperationalError:
            if time.monotonic() > until:
                raise
            connections.close_all()
            time.sleep(0.2)


def _until(true: Callable[[], object]) -> None:
    until = time.monotonic() + LIMIT
    while not true():
        if time.monotonic() > until:
            raise TimeoutError(_sql("SELECT task_name, status::text, attempts FROM procrastinate_jobs"
                                    " WHERE task_name = ANY(%s)", list(TASKS)))  # fmt: skip
        time.sleep(0.01)


def _home() -> Path:
    from tests.support.platform import HOME

    return HOME


def _now() -> datetime:
    from django.utils import timezone

    return timezone.now()


def _free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


if __name__ == "__main__":
    os.environ.setdefault("PYTHONUTF8", "1")
    sys.exit(main())
