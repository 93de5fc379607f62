"""How long officers wait for a page: a province in the database, and as many officers as are told asking at once.

Everything goes through the commands that an office uses; the pages are asked for over HTTP, signed in, like a browser
does. `floor` is the page that tells whether the database answers: no page can be quicker.
"""

from __future__ import annotations

import http.client
import random
import re
import statistics
import time
from concurrent.futures import ThreadPoolExecutor, wait
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode

from bench.office import OFFICERS, Office, prepare, served

PERSON = re.compile(r'href="/office/people/(\d+)">([^<]+)<')
CASE = re.compile(r'href="/office/cases/(\d+)"')
TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="([^"]+)"')
PAUSE = 1.0
"""Seconds that an officer reads a page before asking for the next."""


@dataclass
class Browser:
    """One officer's connection and cookies."""

    port: int
    cookies: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)

    def ask(self, path: str, form: dict[str, str] | None = None) -> tuple[int, str]:
        """Status and text of a page; cookies are kept."""
        headers = {"Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items())}
        body = urlencode(form) if form else None
        if body:
            headers |= {
                "Content-Type": "application/x-www-form-urlencoded",
                "Referer": f"http://127.0.0.1:{self.port}/",
            }
        self._connection.request("POST" if form else "GET", path, body, headers)
        answer = self._connection.getresponse()
        for name, value in answer.getheaders():
            if name.lower() == "set-cookie":
                self.cookies.update([tuple(value.split(";", 1)[0].split("=", 1))])  # type: ignore[list-item]
        return answer.status, answer.read().decode()

    def sign_in(self, username: str, password: str) -> None:
        """Through the form. Raises RuntimeError where that does not lead to the officers' pages."""
        found = TOKEN.search(self.ask("/account/login/")[1])
        assert found, "the sign-in page has no form"
        self.ask("/account/login/", {"login": username, "password": password, "csrfmiddlewaretoken": found[1]})
        if self.ask("/office/")[0] != 200:
            raise RuntimeError(f"{username} cannot sign in")


@dataclass(frozen=True)
class Load:
    """What is asked for: names to search by, numbers of people and of cases, and for how long by how many."""

    office: Office
    names: list[str]
    people: list[str]
    cases: list[str]
    officers: int
    seconds: float


def measure(port: int, username: str, password: str, load: Load) -> dict[str, Any]:
    """Milliseconds by kind of page: p50, p95, p99, and how often it was asked for; and requests a second in all.

    Every officer goes through the pages once before, uncounted: a program that has just started still reads its code.
    """
    signed_in = Browser(port)  # one session for all: an officer may have three at most
    signed_in.sign_in(username, password)
    _wait_for_moves(signed_in, load)
    with ThreadPoolExecutor(load.officers) as crowd:
        once = replace(load, seconds=PAUSE + 1)
        wait([crowd.submit(_officer, port, signed_in.cookies, once, -seed) for seed in range(load.officers)])
        begun = time.perf_counter()
        rounds = [crowd.submit(_officer, port, signed_in.cookies, load, seed) for seed in range(load.officers)]
        taken: dict[str, list[float]] = {}
        for each in rounds:
            for kind, milliseconds in each.result():
                taken.setdefault(kind, []).append(milliseconds)
    took, asked = time.perf_counter() - begun, sum(map(len, taken.values()))
    return {"a_second": asked / took, "pages": {kind: _summary(values) for kind, values in sorted(taken.items())}}


def found_on(port: int, username: str, password: str, names: int = 40) -> tuple[list[str], list[str], list[str]]:
    """Names and numbers of people, and of cases, as the pages' own links have them: what officers then open."""
    browser = Browser(port)
    browser.sign_in(username, password)
    found: dict[str, str] = {}
    for page in range(1, names):
        found.update(PERSON.findall(browser.ask(f"/office/people?page={page}")[1]))
    cases = {case for page in range(1, names) for case in CASE.findall(browser.ask(f"/office/cases?page={page}")[1])}
    return sorted(set(found.values())), sorted(found), sorted(cases)


def pages(home: Path, people: int, officers: int, seconds: float) -> dict[str, Any]:
    """Measure an installation with so many people, for clerks of the province and of a city in turn."""
    office = prepare(home, people)
    report: dict[str, Any] = {"people": people, "officers": officers, "seconds": seconds}
    with served(home) as port:
        for username, password in office.passwords.items():
            load = Load(office, *found_on(port, username, password), officers, seconds)
            report[username] = measure(port, username, password, load)
    return report


def told(report: dict[str, Any]) -> str:
    """The report as lines, in milliseconds."""
    lines = [f"{report['people']:,} people, {report['officers']} officers at once, {PAUSE:g} s to read a page"]
    for who in OFFICERS:
        lines.append(
            f"{who:18}{'p50':>9}{'p95':>9}{'p99':>9}{'asked':>8}{report[who]['a_second']:8.1f} requests a second"
        )
        lines += [
            f"  {kind:16}"
            + "".join(f"{values[name]:9.0f}" for name in ("p50", "p95", "p99"))
            + f"{values['asked']:8.0f}"
            for kind, values in report[who]["pages"].items()
        ]
    return "\n".join(lines) + "\n"


def _two_runs(load: Load) -> str:
    first, second = load.office.runs
    return f"/office/runs/compare?first={first}&second={second}"


def _wait_for_moves(browser: Browser, load: Load) -> None:
    """Until the worker has laid the two runs beside each other, as it does once for every scope."""
    until = time.monotonic() + 600
    while "hx-trigger" in browser.ask(_two_runs(load))[1]:
        if time.monotonic() > until:
            raise TimeoutError("the worker has not compared the two runs")
        time.sleep(1)


def _officer(port: int, cookies: dict[str, str], load: Load, seed: int) -> list[tuple[str, float]]:
    choose = random.Random(seed)  # a load, not a secret
    browser = Browser(port, dict(cookies))
    taken: list[tuple[str, float]] = []
    until = time.perf_counter() + load.seconds
    time.sleep(choose.random() * PAUSE)
    while time.perf_counter() < until:
        for kind, path in _day(choose, load):
            begun = time.perf_counter()
            status, _ = browser.ask(path)
            taken.append((kind, (time.perf_counter() - begun) * 1000))
            if status != 200:
                raise RuntimeError(f"{path.split('?')[0]} answered {status}")
            time.sleep(PAUSE)
    return taken


def _day(choose: random.Random, load: Load) -> list[tuple[str, str]]:
    name = choose.choice(load.names)
    return [
        ("floor", "/healthz"),
        ("lists", "/office/lists"),
        ("list", f"/office/lists/people?list={choose.choice(['to_verify', 'lost', 'no_evidence'])}"),
        ("people", "/office/people"),
        ("search", f"/office/people?text={quote(name)}"),
        ("search by part", f"/office/people?text={quote(name[-2:])}"),
        ("person", f"/office/people/{choose.choice(load.people)}"),
        ("cases", "/office/cases"),
        ("case", f"/office/cases/{choose.choice(load.cases)}"),
        ("notices", "/office/notices"),
        ("pay run", f"/office/payruns/{load.office.payrun}"),
        ("pay lines", f"/office/payruns/{load.office.payrun}/lines"),
        ("forecast", "/office/forecast"),
        ("two runs", _two_runs(load)),
    ]


def _summary(values: list[float]) -> dict[str, float]:
    cuts = statistics.quantiles(values, n=100, method="inclusive")
    return {"p50": cuts[49], "p95": cuts[94], "p99": cuts[98], "asked": len(values)}
