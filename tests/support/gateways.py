"""Gateways for tests: one in memory, and the reference gateway as a process of its own; one suite holds both."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from anling.notices.http_gateways import HttpSms, HttpWeChat
from anling.notices.ports import Consented, Fate, Gateway, Message, Receipt, RefusedError, UnavailableError

TOKEN = "token-of-the-tests"
SECRET = "secret-of-the-tests-with-32-characters"


@dataclass
class FakeGateway:
    """Keeps messages in memory. fates: what it answers for a number, in the words of the reference gateway."""

    fates: dict[str, str] = field(default_factory=dict)
    kept: dict[str, Message] = field(default_factory=dict)

    def send(self, message: Message) -> str:
        fate = self.fates.get(message.to, "")
        if fate == "down":
            raise UnavailableError("down")
        if fate == "refuse":
            raise RefusedError("wrong_number")
        self.kept.setdefault(message.key, message)
        return f"ref-{message.key}"

    def receipts(self, keys: Sequence[str]) -> Sequence[Receipt]:
        return [self._receipt(self.kept[key]) for key in keys if key in self.kept]

    def _receipt(self, message: Message) -> Receipt:
        fate = self.fates.get(message.to, "")
        if fate == "silent":
            return Receipt(message.key, Fate.UNDER_WAY)
        return Receipt(message.key, Fate.UNDELIVERABLE if fate else Fate.DELIVERED, fate)


@dataclass
class FakeDesk:
    """Where people agree in WeChat, in memory. kinds: for which the account has a template."""

    kinds: tuple[str, ...] = ("warning", "suspension")
    open_id: str = "oX1"
    codes: dict[str, Consented] = field(default_factory=dict)

    def agree(self, *kinds: str) -> str:
        code = f"code-{len(self.codes) + 1}"
        self.codes[code] = Consented(self.open_id, kinds)
        return code

    def address(self, *, state: str, back: str) -> str:
        return f"https://desk.example/?state={state}&return={back}"

    def exchange(self, code: str) -> Consented:
        try:
            return self.codes.pop(code)
        except KeyError:
            raise RefusedError("unknown_code") from None


class Tried(Protocol):
    """A gateway under test: itself, how it is told what to answer, and what it has kept."""

    @property
    def gateway(self) -> Gateway: ...

    def tell(self, **fates: str) -> None: ...

    def kept(self) -> list[str]: ...


@dataclass
class InMemory:
    gateway: FakeGateway = field(default_factory=FakeGateway)

    def tell(self, **fates: str) -> None:
        self.gateway.fates |= {number.removeprefix("n"): fate for number, fate in fates.items()}

    def kept(self) -> list[str]:
        return sorted(self.gateway.kept)


@dataclass
class AsProcess:
    address: str
    folder: Path
    gateway: Gateway

    def tell(self, **fates: str) -> None:
        told = {number.removeprefix("n"): fate for number, fate in fates.items()}
        (self.folder / "numbers.json").write_text(json.dumps(told), encoding="utf-8")

    def kept(self) -> list[str]:
        return sorted(path.stem.removeprefix("message-") for path in self.folder.glob("message-*.json"))

    def wechat(self, **templates: str) -> HttpWeChat:
        return HttpWeChat(self.address, TOKEN, templates)


@contextmanager
def as_process(folder: Path, *, callback: str = "", delay: float = 0.0) -> Iterator[AsProcess]:
    """`anling gateway`, until the end of the block."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "anling", "gateway", "--port", str(port), "--folder", str(folder), "--delay",
               str(delay), *(["--callback", callback] if callback else [])]  # fmt: skip
    env = {**os.environ, "ANLING_SMS_TOKEN": TOKEN, "ANLING_RECEIPT_SECRET": SECRET, "PYTHONUTF8": "1"}
    process = subprocess.Popen(command, env=env, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    try:
        _wait(port, process)
        address = f"http://127.0.0.1:{port}"
        yield AsProcess(address, folder, HttpSms(address, TOKEN))
    finally:
        process.send_signal(signal.SIGTERM)
        process.communicate(timeout=20)


def _wait(port: int, process: "subprocess.Popen[bytes]") -> None:
    until = time.monotonic() + 30
    while time.monotonic() < until and process.poll() is None:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise AssertionError("the gateway does not answer")
