"""The embedded server lives exactly as long as somebody uses it, however they end."""

import os
import signal
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

import psycopg
import pytest

from anling.site import postgres
from anling.site.errors import SiteError
from anling.site.postgres.layout import Layout
from tests.site.conftest import Home, end, within

GONE_WITHIN = 20
BACK_WITHIN = 30


def test_a_second_process_adopts_the_server_and_keeps_it_when_the_first_is_killed(home: Home) -> None:
    first, second = home.hold(), home.hold()
    server = home.pid()
    end(first)
    with home.connect("app") as connection:
        assert connection.execute("SELECT 1").fetchone() == (1,)
    assert home.pid() == server
    end(second)
    assert within(GONE_WITHIN, home.stopped)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGKILL])
def test_the_server_stops_when_its_only_holder_ends(home: Home, number: int) -> None:
    end(home.hold(), number)
    assert within(GONE_WITHIN, home.stopped)
    assert "database system is shut down" in "".join(log.read_text() for log in home.layout.data.glob("log/*.log"))


def test_a_killed_server_comes_back_with_what_was_committed(home: Home) -> None:
    holder = home.hold()
    with home.connect("owner") as connection:
        connection.execute("CREATE TABLE kept AS SELECT 7 AS number")
    killed = home.pid()
    os.kill(killed, signal.SIGKILL)
    second = home.hold()
    with home.connect("owner") as connection:
        assert connection.execute("SELECT number FROM kept").fetchone() == (7,)
    assert home.pid() != killed
    end(holder)
    end(second)


def test_a_killed_server_is_started_again_while_somebody_uses_it(home: Home) -> None:
    holder = home.hold()
    with home.connect("owner") as connection:
        connection.execute("CREATE TABLE kept AS SELECT 7 AS number")
    for _ in range(2):
        killed = home.pid()
        os.kill(killed, signal.SIGKILL)
        assert within(BACK_WITHIN, lambda: _answers(home))
        assert home.pid() != killed
    with home.connect("app") as connection:
        assert connection.execute("SELECT 1").fetchone() == (1,)
    with home.connect("owner") as connection:
        assert connection.execute("SELECT number FROM kept").fetchone() == (7,)
    end(holder)
    assert within(GONE_WITHIN, home.stopped)


def test_a_server_killed_with_its_last_user_is_not_started_again(home: Home) -> None:
    holder = home.hold()
    killed = home.pid()
    end(holder)
    with suppress(ProcessLookupError):  # the watchdog may have been quicker
        os.kill(killed, signal.SIGKILL)
    assert within(GONE_WITHIN, home.stopped)
    time.sleep(3)
    assert home.stopped()


def test_letting_go_waits_for_users_and_puts_away_what_was_killed(home: Home) -> None:
    holder = home.hold()
    (watchdog,) = home.watchdogs()
    assert _let_go(home, "1") == 1
    os.kill(watchdog, signal.SIGKILL)
    os.kill(home.pid(), signal.SIGKILL)
    end(holder)
    assert (home.layout.data / "postmaster.pid").exists()
    assert _let_go(home, "5") == 0


def test_letting_go_stops_a_server_that_lost_its_watchdog(home: Home) -> None:
    holder = home.hold()
    (watchdog,) = home.watchdogs()
    os.kill(watchdog, signal.SIGKILL)
    end(holder)
    assert not home.stopped()
    assert _let_go(home, "5") == 0
    assert home.stopped()


def _let_go(home: Home, seconds: str) -> int:
    command = [sys.executable, "-m", "anling.site.postgres.letting_go", str(home.layout.folder), seconds]
    return subprocess.run(command, check=False, timeout=60).returncode


def _answers(home: Home) -> bool:
    try:
        with home.connect("app") as connection:
            return connection.execute("SELECT 1").fetchone() == (1,)
    except psycopg.OperationalError:
        return False


def test_a_note_that_names_a_stranger_does_not_hinder_the_start(home: Home) -> None:
    end(home.hold())
    assert within(GONE_WITHIN, home.stopped)
    (home.layout.data / "postmaster.pid").write_text(f"{os.getpid()}\n{home.layout.data}\n1\n5432\n")
    end(home.hold())


def test_a_killed_watchdog_is_replaced_by_the_next_process(home: Home) -> None:
    first = home.hold()
    (watchdog,) = home.watchdogs()
    os.kill(watchdog, signal.SIGKILL)
    assert within(5, lambda: home.watchdogs() == [])
    second = home.hold()
    assert len(home.watchdogs()) == 1
    end(first)
    end(second)
    assert within(GONE_WITHIN, home.stopped)


def test_processes_that_come_together_share_one_server(home: Home) -> None:
    holders = [home.hold() for _ in range(3)]
    for holder in holders[:-1]:
        end(holder)
    assert not home.stopped()
    end(holders[-1])


def test_a_newcomer_during_the_stop_gets_a_server(home: Home) -> None:
    for _ in range(3):
        end(home.hold())  # the watchdog is about to stop it
        holder = home.hold()
        with home.connect("app") as connection:
            assert connection.execute("SELECT 1").fetchone() == (1,)
        end(holder)


def test_nothing_is_open_to_others(home: Home) -> None:
    holder = home.hold()
    for place in (home.layout.data, home.layout.socket, home.layout.passwords):
        assert place.stat().st_mode & 0o077 == 0
    assert home.path.stat().st_mode & 0o777 == 0o711
    end(holder)


def test_passwords_that_others_may_read_are_refused(home: Home) -> None:
    postgres.address(home.layout.folder, "app")
    home.layout.passwords.chmod(0o644)
    with pytest.raises(SiteError, match="chmod 600"):
        postgres.address(home.layout.folder, "app")


def test_a_home_whose_path_is_long_gets_its_socket_elsewhere() -> None:
    near, far = (Layout(Path("/") / name / "postgres").socket for name in ("short", "long" * 30))
    assert near.name == "socket"
    assert len(bytes(far)) < 50
