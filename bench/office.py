"""An installation with a province in it, made with the commands of an office, and kept for the next time."""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen
from zoneinfo import ZoneInfo

from bench.place import ROOT

ANLING = str(ROOT / ".venv" / "bin" / "anling")
CHINA = ZoneInfo("Asia/Shanghai")
DAYS = ("2026-05-31", "2026-06-30")
"""Of the two comparisons; the later one is taken over."""
OFFICERS = {"province": "44", "city": "4401"}
"""Who asks: a clerk of the province and one of a city."""


_FORECAST = """
import os
from anling.site.environment import read_environment
from anling.site.migrating import prepare
prepare(read_environment(os.environ))
from django.utils import timezone
from anling.access.models import Officer
from anling.access.queries import actor_of
from anling.payment.forecasts.forecasting import forecast
now = timezone.now()
by = actor_of(Officer.objects.get(username="province"), timezone.localdate(now))
forecast(region="44", by=by, at=now)
"""


@dataclass(frozen=True)
class Office:
    """An installation at work: passwords by officer, the numbers of its two comparisons and of its pay run."""

    passwords: dict[str, str]
    runs: tuple[int, int]
    payrun: int


def environment(home: Path) -> dict[str, str]:
    """The variables of the installation."""
    return {**os.environ, "ANLING_HOME": str(home), "ANLING_DEMO": "1"}


def prepare(home: Path, people: int) -> Office:
    """A roster, two comparisons, the later one taken over into passes and cases, warnings, a draft and a forecast.

    What an earlier call finished is not done again; half of it is given up and made anew.
    """
    stamp = home / f"office-at-work-{people}.json"
    if not stamp.is_file():
        shutil.rmtree(home, ignore_errors=True)
    home.mkdir(parents=True, exist_ok=True)
    home.chmod(0o711)
    if not stamp.is_file():
        province = home / "province"
        _run(home, "synth", "--people", str(people), "--seed", "1", "--out", str(province))
        _run(home, "migrate")
        _sign_in(home, "root", _officer(home, "root", "--role", "security_administrator"))
        passwords = {
            name: _officer(home, name, "--role", "clerk", "--region", region, "--as", "root")
            for name, region in OFFICERS.items()
        }
        _sign_in(home, "province", passwords["province"])
        _run(home, "import", "roster", str(province / "roster.parquet"), "--apply", "--as", "province")
        earlier, later = (_compared(home, day, province / "feeds") for day in DAYS)
        _run(home, "comparison", "adopt", "--run", str(later), "--as", "province", "--reason", "bench")
        _run(home, "notices", "warn", "--as", "province")
        month = f"{datetime.now(CHINA):%Y-%m}"
        drafted = json.loads(_run(home, "payrun", "propose", "--month", month, "--as", "province", "--json"))
        _forecast(home)
        stamp.write_text(json.dumps(asdict(Office(passwords, (earlier, later), drafted["number"]))), encoding="utf-8")
    kept = json.loads(stamp.read_text(encoding="utf-8"))
    return Office(kept["passwords"], tuple(kept["runs"]), kept["payrun"])


@contextmanager
def served(home: Path) -> Iterator[int]:
    """The port at which an installation answers: a process for each core (docs/operations/running.md), and a worker."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = int(free.getsockname()[1])
    commands = ([ANLING, "serve", "--port", str(port), "--processes", str(os.cpu_count() or 1)], [ANLING, "worker"])
    programs = [
        subprocess.Popen(command, env=environment(home), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        for command in commands
    ]
    try:
        _wait(f"http://127.0.0.1:{port}/healthz")
        yield port
    finally:
        for program in programs:
            program.terminate()
        for program in programs:
            program.wait(timeout=60)


def _wait(address: str) -> None:
    until = time.monotonic() + 120
    while time.monotonic() < until:
        try:
            with urlopen(address, timeout=5):
                return
        except (URLError, OSError):
            time.sleep(0.2)
    raise TimeoutError("the server does not answer")


def _compared(home: Path, day: str, feeds: Path) -> int:
    said = _run(home, "comparison", "run", "--as-of", day, "--as", "province", "--feeds", str(feeds), "--json")
    return int(json.loads(said)["number"])


def _forecast(home: Path) -> None:
    variables = {**environment(home), "DJANGO_SETTINGS_MODULE": "anling.site.settings"}
    subprocess.run([sys.executable, "-c", _FORECAST], env=variables, cwd=ROOT, check=True, capture_output=True)


def _officer(home: Path, name: str, *options: str) -> str:
    return _run(home, "officers", "add", name, "--generate", "--name", name, *options).split()[-1]


def _sign_in(home: Path, name: str, password: str) -> None:
    _run(home, "sign-in", name, typed=f"{password}\n")


def _run(home: Path, *arguments: str, typed: str = "") -> str:
    done = subprocess.run(
        [ANLING, *arguments], env=environment(home), check=False, capture_output=True, text=True, input=typed
    )
    if done.returncode not in (0, 3):
        raise OSError(f"anling {' '.join(arguments[:2])}: {done.stderr.strip()}")
    return done.stdout
