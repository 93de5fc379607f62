"""The steps of docs/operations/api.md, run by a shell against a server of its own."""

import json
import re
import subprocess
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from wsgiref.simple_server import WSGIRequestHandler, make_server

import pytest
from django.db import connections

from anling.site.wsgi import application
from anling.territory.models import Unit
from tests.support.client import EVERY_SCOPE, NUMBER, SECRET, person, places, system

PAGE = Path(__file__).parents[2] / "docs" / "operations" / "api.md"
STEP = re.compile(r"^```sh\n(.+?)\n```$", re.MULTILINE | re.DOTALL)


class _Quiet(WSGIRequestHandler):
    """Keeps the addresses that it was asked for."""

    asked: list[str]

    def log_message(self, form: str, *words: object) -> None:
        del form
        self.asked.append(" ".join(str(word) for word in words))


@pytest.fixture
def address(flushed: None) -> Iterator[tuple[str, list[str]]]:
    """A server on this machine, and the lines that it would log."""
    del flushed
    lines: list[str] = []

    def answer(environ, start):  # type: ignore[no-untyped-def]
        try:
            return [b"".join(application(environ, start))]
        finally:
            connections.close_all()

    handler = type("Handler", (_Quiet,), {"asked": lines})
    with make_server("127.0.0.1", 0, answer, handler_class=handler) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.05,))
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}", lines
        server.shutdown()
        thread.join()


def _answer(text: str) -> Any:
    """The JSON of an answer, or a tag, which has its quotes."""
    return text.strip() if text.startswith('"') else json.loads(text)


def test_every_step_of_the_page_does_what_it_says(address: tuple[str, list[str]]) -> None:
    root, lines = address
    places()
    person(benefits=2)
    client = system(scopes=EVERY_SCOPE)
    known = {"ANLING": root, "CLIENT": client.client_id, "SECRET": SECRET, "PATH": "/usr/bin:/bin"}
    answers = []
    for step in STEP.findall(PAGE.read_text(encoding="utf-8")):
        done = subprocess.run(["sh", "-c", step], env=known, capture_output=True, text=True, check=True, timeout=30)
        answers.append(_answer(done.stdout))
        known |= {"TOKEN": answers[0]["access_token"]}
        if isinstance(answers[-1], str):
            known["TAG"] = answers[-1]
        elif isinstance(answers[-1], dict) and answers[-1].get("next"):
            known["NEXT"] = answers[-1]["next"]
    _, first, second, new, tag, status, found, unit, problem = answers
    assert [row["id"] for row in new["items"]] == [row["id"] for row in (*first["items"], *second["items"])]
    assert (tag[0], tag[-1], status) == ('"', '"', 304)
    assert [row["id"] for row in first["items"]] != [row["id"] for row in second["items"]]
    assert second["next"] is None
    assert [row["id_number"] for row in found["items"]] == ["1101**********002X"]
    assert (unit["name"], Unit.objects.get(code="U0001").region_id) == ("某社区服务站", "440104")
    assert (problem["status"], problem["errors"][0]["field"]) == (422, "query.limit")
    until = time.monotonic() + 10
    while len(lines) < len(answers) and time.monotonic() < until:  # a line is written after its answer has gone
        time.sleep(0.05)
    assert len(lines) == len(answers)
    assert not [line for line in lines if NUMBER in line or SECRET in line]


def test_the_page_names_every_scope() -> None:
    text = PAGE.read_text(encoding="utf-8")
    assert [scope for scope in EVERY_SCOPE.split() if f"| `{scope}` |" not in text] == []
