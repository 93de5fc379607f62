"""A gateway for demonstrations and tests: keeps messages in a folder, tells their fate after a while. Sends nothing.

It speaks the protocol of docs/operations/notices.md. What it answers for a number stands in `numbers.json` of the
folder: number → wrong_number, unreachable, … (will not arrive), refuse (not taken), down (no answer), silent (no
receipt). Knows nothing of Django.
"""

from __future__ import annotations

import json
import os
import secrets
import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit
from urllib.request import Request, urlopen

from anling.notices.signing import SIGNATURE_HEADER, TIME_HEADER, sign

NUMBERS = "numbers.json"
_SAFE = frozenset("abcdefghijklmnopqrstuvwxyz0123456789-")
_LONGEST = 64 * 1024
_TRIES = 5
_PAGE = """<!doctype html><html lang="zh"><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>演示网关</title><h1>演示网关 · Reference gateway</h1>
<p>代替微信的订阅确认：{count} 种消息各一条。In place of WeChat: one message each of {count} kinds.</p>{links}</html>"""


@dataclass(frozen=True, slots=True)
class Behaviour:
    """folder: of the messages; delay: seconds until a message has a fate; callback: where receipts are called in."""

    folder: Path
    token: str
    delay: float = 2.0
    callback: str = ""
    secret: str = ""


class ReferenceGateway(ThreadingHTTPServer):
    """Serves until it is shut down. Messages outlive it: the same key is never a second message."""

    daemon_threads = True

    def __init__(self, port: int, behaviour: Behaviour) -> None:
        behaviour.folder.mkdir(parents=True, exist_ok=True)
        self.behaviour = behaviour
        self._lock = threading.Lock()
        self._codes: dict[str, dict[str, Any]] = {}
        super().__init__(("127.0.0.1", port), _Handler)

    def take(self, key: str, to: str, body: Mapping[str, Any]) -> tuple[int, dict[str, Any]]:
        """A message under a key; a second time it answers as the first time."""
        wanted = self._wanted(to)
        if wanted == "down":
            return 503, {"code": "down"}
        if wanted == "refuse":
            return 422, {"code": "wrong_number"}
        with self._lock:
            known = self._read(key)
            if known is None:
                code = "" if wanted in ("", "silent") else wanted
                known = {
                    "id": f"ref-{key}",
                    "at": time.time(),
                    "code": code,
                    "silent": wanted == "silent",
                    "body": body,
                }
                self._write(key, known)
                if self.behaviour.callback and not known["silent"]:
                    self._call_later(key)
        return 202, {"id": known["id"]}

    def receipt(self, key: str) -> dict[str, str] | None:
        """What became of a message; None for a key that never came."""
        known = self._read(key)
        if known is None:
            return None
        if known["silent"] or time.time() < known["at"] + self.behaviour.delay:
            return {"key": key, "state": "under_way", "code": ""}
        return {"key": key, "state": "undeliverable" if known["code"] else "delivered", "code": known["code"]}

    def agree(self, templates: Sequence[str]) -> str:
        """Somebody agreed to templates; the code for it. Who they are is invented: WeChat would know."""
        code = secrets.token_hex(16)
        with self._lock:
            self._codes[code] = {"openid": f"ref-{secrets.token_hex(8)}", "accepted": list(templates)}
        return code

    def exchange(self, code: str) -> dict[str, Any] | None:
        """What a code stands for, once; None for one that is unknown or used."""
        with self._lock:
            return self._codes.pop(code, None)

    def _wanted(self, number: str) -> str:
        try:
            return str(json.loads((self.behaviour.folder / NUMBERS).read_text(encoding="utf-8")).get(number, ""))
        except FileNotFoundError:
            return ""

    def _path(self, key: str) -> Path:
        return self.behaviour.folder / f"message-{key}.json"

    def _read(self, key: str) -> dict[str, Any] | None:
        try:
            found: dict[str, Any] = json.loads(self._path(key).read_text(encoding="utf-8"))
        except FileNotFoundError:
            return None
        return found

    def _write(self, key: str, message: Mapping[str, Any]) -> None:
        part = self._path(key).with_suffix(".part")
        part.write_text(json.dumps(message, ensure_ascii=False, indent=2), encoding="utf-8")
        os.replace(part, self._path(key))

    def _call_later(self, key: str) -> None:
        timer = threading.Timer(self.behaviour.delay, self._call, [key])
        timer.daemon = True
        timer.start()

    def _call(self, key: str) -> None:
        body = json.dumps({"receipts": [self.receipt(key)]}).encode()
        for tried in range(_TRIES):
            now = str(int(time.time()))
            headers = {TIME_HEADER: now, SIGNATURE_HEADER: sign(self.behaviour.secret, now, body),
                       "Content-Type": "application/json"}  # fmt: skip
            try:
                with urlopen(Request(self.behaviour.callback, body, headers), timeout=10):
                    return
            except OSError:
                time.sleep(2**tried)


class _Handler(BaseHTTPRequestHandler):
    server: ReferenceGateway

    def do_POST(self) -> None:
        """A message to send."""
        if not self._known_caller():
            return
        try:
            length = int(self.headers.get("Content-Length", "0"))
            body = json.loads(self.rfile.read(min(length, _LONGEST)))
            if self.path == "/subscribe/exchange":
                self._exchange(str(body["code"]))
                return
            key, to = str(body["key"]), str(body["to"] if self.path == "/messages" else body["touser"])
        except (ValueError, KeyError, TypeError):
            self._answer(400, {"code": "malformed"})
            return
        if self.path not in ("/messages", "/message/subscribe/send") or not key or not set(key) <= _SAFE:
            self._answer(400, {"code": "malformed"})
            return
        self._answer(*self.server.take(key, to, body))

    def do_GET(self) -> None:
        """What became of messages; the page on which a browser is asked to agree, and its two answers."""
        page = urlsplit(self.path)
        asked = {name: values[0] for name, values in parse_qs(page.query).items()}
        if page.path == "/subscribe" and "return" in asked:
            self._page(asked)
        elif page.path in ("/subscribe/agree", "/subscribe/refuse") and "return" in asked:
            templates = asked.get("templates", "").split(",") if page.path.endswith("agree") else []
            back = {"state": asked.get("state", ""), "code": self.server.agree([x for x in templates if x])}
            self.send_response(302)
            self.send_header("Location", f"{asked['return']}?{urlencode(back)}")
            self.end_headers()
        elif self._known_caller():
            keys = [key for key in parse_qs(urlsplit(self.path).query).get("key", []) if set(key) <= _SAFE]
            found = [self.server.receipt(key) for key in keys]
            self._answer(200, {"receipts": [each for each in found if each]})

    def _exchange(self, code: str) -> None:
        found = self.server.exchange(code)
        self._answer(*((200, found) if found else (422, {"code": "unknown_code"})))

    def _page(self, asked: Mapping[str, str]) -> None:
        links = "".join(
            f'<p><a href="/subscribe/{answer}?{escape(urlencode(asked))}">{words}</a></p>'
            for answer, words in (("agree", "允许 · Agree"), ("refuse", "拒绝 · Refuse"))
        )
        text = _PAGE.format(count=len(asked.get("templates", "").split(",")), links=links).encode()
        self.send_response(200)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        self.wfile.write(text)

    def log_message(self, *_: object) -> None:
        """Nothing: a request line holds no secret, and nobody reads it."""

    def _known_caller(self) -> bool:
        known = self.headers.get("Authorization") == f"Bearer {self.server.behaviour.token}"
        if not known:
            self._answer(401, {"code": "unknown_caller"})
        return known

    def _answer(self, status: int, body: Mapping[str, Any]) -> None:
        text = json.dumps(body, ensure_ascii=False).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json; charset=utf-8")
        self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        self.wfile.write(text)
