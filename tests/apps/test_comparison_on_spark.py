"""Runs that the worker has decided by Spark: what an officer sees of them, and that they can be stopped."""

import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator

import psutil
import pytest
from django.conf import settings
from django.test import Client

from anling.access.models import Officer
from anling.audit.scope import within
from anling.comparison.models import Decision, Run, State
from anling.comparison.operations import cancel
from anling.comparison.working import place_of
from tests.support.platform import NOW, environment
from tests.support.province import PROVINCE, Office, asked

pytestmark = pytest.mark.timeout(400)
PATIENCE = 300.0
ENDED = (State.DONE, State.FAILED, State.CANCELLED)


@pytest.fixture(scope="module")
def worker(office: Office) -> Iterator[psutil.Process]:
    """A real `anling worker` with two tasks at a time on this machine; it leaves no Java behind."""
    del office
    spark = {"ANLING_SPARK_MASTER": "local[2]", "ANLING_SPARK_MEMORY": "1GB"}
    process = subprocess.Popen(
        [sys.executable, "-m", "anling", "worker"], env={**environment(), **spark}, start_new_session=True,
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    try:
        yield psutil.Process(process.pid)
        left = _javas(psutil.Process(process.pid))
        process.send_signal(signal.SIGTERM)
        assert process.wait(60) is not None
        assert not any(each.is_running() for each in left)
    finally:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()


@pytest.fixture
def province(office: Office) -> Client:
    del office
    client = Client(headers={"accept-language": "en", "host": "localhost"})
    client.force_login(
        Officer.objects.get(username="province"), backend="allauth.account.auth_backends.AuthenticationBackend"
    )
    return client


@pytest.mark.long
def test_a_run_on_spark_is_the_run_on_duckdb(
    finished: Run, office: Office, worker: psutil.Process, province: Client
) -> None:
    del worker
    run = asked(office)
    seen = list(_watched(run, province))
    ended = _now(run)
    assert (ended.state, ended.error) == (State.DONE, "")
    assert ended.content_hash == finished.content_hash
    assert any("Comparing" in page and re.search(r"<progress [^>]*value=\"\d+\" max=\"\d+\"", page) for page in seen)
    assert ended.report is not None
    assert finished.report is not None
    assert ended.report["counts"] == finished.report["counts"]
    assert ended.report["engine"].startswith("spark-4.")
    for each in (ended, finished):
        assert each.report is not None
        page = province.get(f"/office/runs/{each.pk}").content.decode()
        assert f'>Engine</dt><dd class="col-8">{each.report["engine"]}</dd>' in page


@pytest.mark.long
def test_a_run_on_spark_stops_when_an_officer_says_so(office: Office, worker: psutil.Process, province: Client) -> None:
    del worker
    run = asked(office)
    for page in _watched(run, province):
        if "Comparing" in page and not _now(run).cancel_asked:
            cancel(run=run, by=office.clerk, at=NOW)
    assert _now(run).state == State.CANCELLED
    until = time.monotonic() + PATIENCE
    while place_of(run).root.exists():  # it goes once the officer has been told
        assert time.monotonic() < until, "the files of the run stay"
        time.sleep(0.1)
    assert list((settings.HOME / "store" / "spill").iterdir()) == []
    with within(PROVINCE):
        assert not Decision.objects.filter(run=run).exists()


@pytest.mark.long
def test_two_runs_of_one_worker_take_turns_with_one_application(
    finished: Run, office: Office, worker: psutil.Process, province: Client
) -> None:
    first, second = asked(office), asked(office)
    pages = list(_watched(first, province, second)) + list(_watched(second, province))
    assert any("Waiting until another comparison of this worker is done" in page for page in pages)
    for each in map(_now, (first, second)):
        assert (each.state, each.error, each.content_hash) == (State.DONE, "", finished.content_hash)
    (standing,) = _javas(worker)
    third = asked(office)
    list(_watched(third, province))
    assert (_now(third).state, _now(third).content_hash) == (State.DONE, finished.content_hash)
    assert _javas(worker) == [standing]


def _javas(worker: psutil.Process) -> list[psutil.Process]:
    return [each for each in worker.children(recursive=True) if "java" in each.name()]


def _watched(run: Run, client: Client, *beside: Run) -> Iterator[str]:
    """What the pages show of a run, and of others beside it, again and again until it has ended."""
    until = time.monotonic() + PATIENCE
    while _now(run).state not in ENDED:
        assert time.monotonic() < until, "the run does not end"
        for each in (run, *beside):
            yield client.get(f"/office/runs/{each.pk}/progress").content.decode()
        time.sleep(0.3)


def _now(run: Run) -> Run:
    with within(PROVINCE):
        return Run.objects.get(pk=run.pk)
