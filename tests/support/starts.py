"""The command `anling` for tests that start it often: its modules are loaded once, and each start is a fork of that.

A start from nothing takes 1.7 s of CPU, nearly all of it for modules, and the tests start some hundreds. What runs is
the same `app()` in a process of its own, with its own arguments, working folder and standard streams; only the
variables of the environment are those under which the modules were loaded: each set of them has a loader of its own.
"""

from __future__ import annotations

import atexit
import json
import os
import socket
import subprocess
import sys
import tempfile
import threading
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import IO

ROOT = Path(__file__).resolve().parents[2]
_TOLD = 1 << 20
"""Bytes of a call or an answer at most."""


class Loader:
    """A process that has the modules and forks itself for each call.

    environment: of the calls. platform: whether they need its tables, and so Django and its apps.
    """

    def __init__(self, environment: Mapping[str, str], *, platform: bool) -> None:
        self._ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        with theirs:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "tests.support.starts", str(theirs.fileno()), str(int(platform))], cwd=ROOT,
                env=dict(environment), pass_fds=(theirs.fileno(),), stdin=subprocess.DEVNULL,
            )  # fmt: skip
        atexit.register(self.close)

    def call(self, words: Sequence[str], typed: str, seconds: float) -> subprocess.CompletedProcess[str]:
        """Run one command and wait for its end. Raises TimeoutError if it is not over after so many seconds."""
        with tempfile.TemporaryFile() as stdin, tempfile.TemporaryFile() as stdout, tempfile.TemporaryFile() as stderr:
            stdin.write(typed.encode())
            stdin.seek(0)
            asked = json.dumps({"words": list(words), "folder": str(Path.cwd())}).encode()
            self._ours.settimeout(seconds)
            socket.send_fds(self._ours, [asked], [stdin.fileno(), stdout.fileno(), stderr.fileno()])
            answer = self._ours.recv(_TOLD)
            assert answer, "the loader of commands has ended"
            return subprocess.CompletedProcess(["anling", *words], json.loads(answer), _read(stdout), _read(stderr))

    def close(self) -> None:
        """Let the process end."""
        self._ours.close()
        self._process.wait()

    def end(self) -> None:
        """End the process, whatever it does."""
        self._process.kill()
        self.close()


_LOADERS: dict[tuple[frozenset[tuple[str, str]], bool], Loader] = {}
_ONE_AT_A_TIME = threading.Lock()


def run(
    words: Sequence[str], environment: Mapping[str, str], *, platform: bool, typed: str = "", seconds: float = 120
) -> subprocess.CompletedProcess[str]:
    """`anling` with these words, under these variables; what it printed and its exit status."""
    environment = {name: value for name, value in environment.items() if name != "PYTEST_CURRENT_TEST"}
    key = (frozenset(environment.items()), platform)
    with _ONE_AT_A_TIME:
        if key not in _LOADERS:
            _LOADERS[key] = Loader(environment, platform=platform)
        try:
            return _LOADERS[key].call(words, typed, seconds)
        except TimeoutError:
            _LOADERS.pop(key).end()  # what it answers late is no answer to the next call
            raise


def _read(file: IO[bytes]) -> str:
    file.seek(0)
    return file.read().decode()


def _load(*, platform: bool) -> None:
    import anling.cli.main
    import anling.comparison.explain.explaining
    import anling.comparison.run  # noqa: F401

    if platform:
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "anling.site.settings")
        import django

        django.setup()


def _serve(place: int, *, platform: bool) -> None:
    _load(platform=platform)
    with socket.socket(fileno=place) as calls:
        while True:
            asked, streams, _, _ = socket.recv_fds(calls, _TOLD, 3)
            if not asked:
                return
            child = os.fork()
            if child == 0:
                calls.detach()
                os.close(place)
                _become(json.loads(asked), streams)
            for stream in streams:
                os.close(stream)
            calls.send(json.dumps(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])).encode())


def _become(call: Mapping[str, object], streams: Sequence[int]) -> None:
    from anling.cli.main import app

    for number, stream in enumerate(streams):
        os.dup2(stream, number)
        os.close(stream)
    os.chdir(str(call["folder"]))
    words = call["words"]
    assert isinstance(words, list)
    sys.argv = ["anling", *words]
    status = 1
    try:
        status = app()
    except SystemExit as end:
        status = end.code if isinstance(end.code, int) else 0 if end.code is None else 1
    finally:
        threading._shutdown()  # type: ignore[attr-defined]  # what an interpreter does at its end, in its order
        atexit._run_exitfuncs()
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(status)


if __name__ == "__main__":
    _serve(int(sys.argv[1]), platform=sys.argv[2] == "1")
