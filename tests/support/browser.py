"""A real browser before a real server: what the tests of pages do and look at.

Import the fixtures into a conftest: `from tests.support.browser import browser, live_server, page`. Pictures of every
inspected page, 1440 and 390 pixels wide, go to the folder that SCREENSHOTS names, where it names one.
"""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.error import URLError
from urllib.request import urlopen

import pytest
from django.conf import settings
from django.contrib.auth import get_user_model
from django.db import connections
from playwright.sync_api import Browser, ConsoleMessage, Page, expect, sync_playwright

from tests.support.platform import HOME, PASSWORD, environment
from tests.support.visit import visitor

ROOT = Path(__file__).parents[2]
AXE = ROOT / "node_modules" / "axe-core" / "axe.min.js"
WIDTHS = (1440, 390)
FLAGS = [
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
]  # fmt: skip

expect.set_options(timeout=20_000)  # milliseconds: a busy machine is slow, and a page that comes late is no wrong one

# The browser's driver runs a loop in this thread; the tests themselves ask the database one thing after another.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"


@pytest.fixture(scope="session")
def live_server(database: None) -> Iterator[str]:
    """The address of `anling serve` on the platform under test."""
    del database
    with serving() as address:
        yield address


@contextmanager
def serving(**more: str) -> Iterator[str]:
    """`anling serve` until the end of the block; more: variables of its environment beside those of the platform."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    address = f"http://127.0.0.1:{port}"
    log = HOME / f"serve-{port}.log"
    with log.open("wb") as lines:
        command = [sys.executable, "-m", "anling", "serve", "--port", str(port)]
        server = subprocess.Popen(command, env={**environment(), **more}, stdout=lines, stderr=lines)
        try:
            _wait_for(f"{address}/healthz", server, log)
            yield address
        finally:
            server.send_signal(signal.SIGTERM)
            try:
                server.wait(timeout=30)
            except subprocess.TimeoutExpired:
                server.kill()
                server.wait()


@pytest.fixture
def worker(live_server: str) -> Iterator[None]:
    """`anling worker` beside the server, for what pages leave to it."""
    del live_server
    with (HOME / "worker.log").open("wb") as lines:
        command = [sys.executable, "-m", "anling", "worker"]
        process = subprocess.Popen(command, env=environment(), stdout=lines, stderr=lines)
        yield
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(timeout=20)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _wait_for(url: str, server: subprocess.Popen[bytes], log: Path) -> None:
    until = time.monotonic() + 120
    while time.monotonic() < until and server.poll() is None:
        try:
            with urlopen(url, timeout=5):
                return
        except (URLError, OSError):
            time.sleep(0.1)
    raise AssertionError(f"the server does not answer: {log.read_text(encoding='utf-8')}")


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Debian's chromium (script/setup installs it)."""
    with sync_playwright() as driver:
        started = driver.chromium.launch(executable_path="/usr/bin/chromium", args=FLAGS)
        yield started
        # While the driver's loop runs this thread has connections of its own, which later tests would find again,
        # dead if a test in between has killed the database.
        connections.close_all()
        started.close()


@pytest.fixture
def page(browser: Browser, live_server: str) -> Iterator[Page]:
    """A fresh window in English; the test fails where the page reports an error, such as a breach of the CSP."""
    context = browser.new_context(base_url=live_server, locale="en-US", viewport={"width": 1440, "height": 900})
    opened = context.new_page()
    errors: list[str] = []
    opened.on("pageerror", lambda error: errors.append(str(error)))
    opened.on("console", lambda message: errors.extend(_complaint(message)))
    yield opened
    context.close()
    assert not errors, errors


def _complaint(message: ConsoleMessage) -> list[str]:
    """An answer such as 404 is what some tests ask for; everything else that the browser complains of is ours."""
    expected = "the server responded with a status of" in message.text
    return [message.text] if message.type == "error" and not expected else []


def sign_in(page: Page, username: str) -> None:
    """Let an officer be signed in at once; `sign_in_by_form` takes seconds and is for tests about signing in."""
    client = visitor()
    client.force_login(get_user_model().objects.get(username=username))
    session = client.cookies[settings.SESSION_COOKIE_NAME]
    page.context.add_cookies([{"name": session.key, "value": session.value, "domain": "127.0.0.1", "path": "/"}])


def sign_in_by_form(page: Page, username: str) -> None:
    """Sign an officer in by the form that all use."""
    page.goto("/account/login/")
    page.locator("[name=login]").fill(username)
    page.locator("[name=password]").fill(PASSWORD)
    page.locator("main form button").first.click()
    page.wait_for_url(lambda url: "/account/login" not in url)


def axe(page: Page) -> None:
    """No serious or critical breach of WCAG on the page as it is now."""
    page.evaluate(AXE.read_text(encoding="utf-8"))
    found: list[dict[str, Any]] = page.evaluate("async () => (await axe.run()).violations")
    grave = [v for v in found if v["impact"] in ("serious", "critical")]
    told = [(v["id"], [(node["html"][:200], node["failureSummary"]) for node in v["nodes"]]) for v in grave]
    assert not told, f"{page.url}: {told}"


def well_formed(page: Page) -> None:
    """One heading of the first order, a name for every field, no width beyond the window."""
    assert page.locator("h1").count() == 1, page.url
    fields = "input:not([type=hidden]), select, textarea"
    nameless = page.locator(fields).evaluate_all(
        "fields => fields.filter(f => !f.labels.length && !f.getAttribute('aria-label')"
        " && !f.getAttribute('aria-labelledby')).map(f => f.outerHTML)"
    )
    assert not nameless, f"{page.url}: {nameless}"


def shot(page: Page, name: str, width: int) -> None:
    """A picture of the whole page, where SCREENSHOTS names a folder."""
    folder = os.environ.get("SCREENSHOTS")
    if folder:
        Path(folder).mkdir(parents=True, exist_ok=True)
        page.screenshot(path=f"{folder}/{name}-{width}.png", full_page=True)


def inspect(page: Page, name: str) -> None:
    """Everything that holds for every page, at the width of a desk and of a telephone."""
    page.wait_for_load_state()  # a click that leads on returns when the next page has begun
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 900 if width > 500 else 844})
        shot(page, name, width)
        well_formed(page)
        axe(page)
        assert page.evaluate("document.documentElement.scrollWidth") <= width, f"{name} is wider than {width} pixels"
    page.set_viewport_size({"width": WIDTHS[0], "height": 900})
