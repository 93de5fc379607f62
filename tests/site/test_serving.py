"""The server and the worker as processes: they start, say why they do not, and leave nothing behind."""

import json
import os
import re
import signal
import socket
import subprocess
import urllib.request
from collections.abc import Iterator
from contextlib import closing, contextmanager
from email.message import Message
from http.client import HTTPConnection

import psutil
import psycopg
import pytest

from tests.site.conftest import Home, within
from tests.support.prepared import ANLING

BACK_WITHIN = 40


@contextmanager
def _serving(home: Home, *arguments: str) -> Iterator[tuple[subprocess.Popen[bytes], int]]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    own = {name: value for name, value in os.environ.items() if not name.startswith(("ANLING_", "DATABASE_"))}
    server = subprocess.Popen(
        [ANLING, "serve", "--port", str(port), *arguments], env={**own, "ANLING_HOME": str(home.path)},
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    try:
        assert within(90, lambda: _answer(port, "healthz") == '{"status": "ok"}')
        yield server, port
    finally:
        if server.poll() is None:
            server.kill()
        server.wait(timeout=20)


def _answer(port: int, path: str) -> str:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/{path}", timeout=5) as response:
            return str(response.read().decode())
    except OSError:
        return ""


def _processes(home: Home) -> list[str]:
    return list(_running(home).values())


def _workers(home: Home) -> list[int]:
    return [number for number, line in _running(home).items() if line.endswith("anling worker")]


def _running(home: Home) -> dict[int, str]:
    found = {}
    for process in psutil.process_iter():
        try:
            if process.environ().get("ANLING_HOME") == str(home.path):
                found[process.pid] = " ".join(process.cmdline())
        except psutil.Error:
            continue
    return found


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGKILL], ids=["stopped", "killed"])
def test_server_worker_and_database_end_together(migrated: Home, number: signal.Signals) -> None:
    with _serving(migrated, "--worker") as (server, _):
        assert within(60, lambda: any(line.endswith("anling worker") for line in _processes(migrated)))
        server.send_signal(number)
        server.wait(timeout=30)
        assert within(30, migrated.stopped)
        assert within(15, lambda: _processes(migrated) == [])


def test_a_killed_database_is_back_with_pages_and_jobs(migrated: Home) -> None:
    with _serving(migrated, "--worker") as (_, port):
        assert within(60, lambda: _jobs_done_after(migrated, 0))
        before = set(_processes(migrated))
        os.kill(migrated.pid(), signal.SIGKILL)
        told = [_status(port, "account/login/"), _status(port, "api/v1/regions")]
        assert within(BACK_WITHIN, lambda: _status(port, "account/login/") == 200)
        assert within(BACK_WITHIN, lambda: _answer(port, "healthz") == '{"status": "ok"}')
        done = _newest_job(migrated)
        assert within(90, lambda: _jobs_done_after(migrated, done)), "the worker has to go on"
        assert before <= set(_processes(migrated))
        assert 500 not in told


def test_a_killed_worker_is_followed_by_another(migrated: Home) -> None:
    with _serving(migrated, "--worker") as (server, _):
        assert within(60, lambda: len(_workers(migrated)) == 1)
        (killed,) = _workers(migrated)
        os.kill(killed, signal.SIGKILL)
        assert within(60, lambda: [worker for worker in _workers(migrated) if worker != killed] != [])
        server.send_signal(signal.SIGTERM)
        server.wait(timeout=30)
        assert _workers(migrated) == []


def test_while_the_database_is_away_one_page_says_so(migrated: Home) -> None:
    with _serving(migrated) as (_, port):
        (watchdog,) = migrated.watchdogs()
        os.kill(watchdog, signal.SIGSTOP)  # so that it does not come back at once
        os.kill(migrated.pid(), signal.SIGKILL)
        assert within(10, lambda: _status(port, "healthz") == 503)
        status, headers, page = _read(port, "account/login/", cookie=f"sessionid={'a' * 32}")
        assert (status, headers["Retry-After"]) == (503, "5")
        assert "The database does not answer" in page
        status, _, told = _read(port, "api/v1/regions", authorization="Bearer nothing")
        assert (status, json.loads(told)["type"]) == (503, "/api/v1/docs#problem-unavailable")
        os.kill(watchdog, signal.SIGCONT)
        assert within(BACK_WITHIN, lambda: _status(port, "healthz") == 200)


def _read(port: int, path: str, **headers: str) -> tuple[int, Message, str]:
    """Status, headers and text of an answer, whatever the status."""
    with closing(HTTPConnection("127.0.0.1", port, timeout=30)) as connection:
        connection.request("GET", f"/{path}", headers={"Accept-Language": "en", **headers})
        answer = connection.getresponse()
        return answer.status, answer.headers, answer.read().decode()


def _status(port: int, path: str) -> int:
    return _read(port, path)[0]


def _newest_job(home: Home) -> int:
    with home.connect("app") as connection:
        return int(connection.execute("SELECT coalesce(max(id), 0) FROM procrastinate_jobs").fetchall()[0][0])


def _jobs_done_after(home: Home, key: int) -> bool:
    """Whether one of the jobs that come every few seconds was done that is younger than this one."""
    try:
        with home.connect("app") as connection:
            found = connection.execute(
                "SELECT count(*) FROM procrastinate_jobs WHERE status = 'succeeded' AND id > %s", [key]
            ).fetchall()
    except psycopg.OperationalError:
        return False
    return bool(found[0][0])


def test_figures_are_for_this_machine_alone(migrated: Home) -> None:
    with _serving(migrated) as (_, port):
        assert "anling_jobs" in _answer(port, "metrics")
        request = urllib.request.Request(f"http://127.0.0.1:{port}/metrics", headers={"X-Forwarded-For": "192.0.2.1"})
        with pytest.raises(OSError, match="404"):
            urllib.request.urlopen(request, timeout=5)


@pytest.mark.parametrize("command", ["serve", "worker"])
def test_a_database_without_its_tables_is_told_and_not_served(home: Home, command: str) -> None:
    ended = home.anling(command)
    assert (ended.returncode, ended.stdout) == (2, "")
    assert re.fullmatch(r"The database is older than this program; run anling migrate first\.\n", ended.stderr)


def test_migrating_again_changes_nothing(home: Home) -> None:
    first, second = home.anling("migrate"), home.anling("migrate")
    assert (first.returncode, second.returncode) == (0, 0)
    assert re.fullmatch(r"[0-9,]+ regions loaded\.\nThe database is up to date\.\n", first.stdout)
    assert second.stdout == "The database is up to date.\n"
