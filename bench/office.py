"""An installation with a province in it, made with the commands of an office, and kept for the next time."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

from bench.place import ROOT

ANLING = str(ROOT / ".venv" / "bin" / "anling")
DAY = "2026-06-30"
OFFICERS = {"province": "44", "city": "4401"}
"""Who asks: a clerk of the province and one of a city."""


def environment(home: Path) -> dict[str, str]:
    """The variables of the installation."""
    return {**os.environ, "ANLING_HOME": str(home), "ANLING_DEMO": "1"}


def prepare(home: Path, people: int) -> dict[str, str]:
    """Passwords by officer. What an earlier call finished is not done again; half of it is."""
    home.mkdir(parents=True, exist_ok=True)
    home.chmod(0o711)
    stamp = home / f"office-{people}.json"
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
        _run(home, "comparison", "run", "--as-of", DAY, "--as", "province", "--feeds", str(province / "feeds"))
        stamp.write_text(json.dumps(passwords), encoding="utf-8")
    kept: dict[str, str] = json.loads(stamp.read_text(encoding="utf-8"))
    return kept


@contextmanager
def served(home: Path) -> Iterator[int]:
    """The port at which the installation answers, for as long as the block runs."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = int(free.getsockname()[1])
    command = [ANLING, "serve", "--port", str(port)]
    server = subprocess.Popen(command, env=environment(home), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        _wait(f"http://127.0.0.1:{port}/healthz")
        yield port
    finally:
        server.terminate()
        server.wait(timeout=60)


def _wait(address: str) -> None:
    until = time.monotonic() + 120
    while time.monotonic() < until:
        try:
            with urlopen(address, timeout=5):
                return
        except (URLError, OSError):
            time.sleep(0.2)
    raise TimeoutError("the server does not answer")


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
