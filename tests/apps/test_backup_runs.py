"""What a run rests on is part of a backup: elsewhere it can be repeated, and a new one comes to the same."""

import json
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from anling.audit.scope import within
from anling.comparison.models import Run, State
from anling.comparison.operations import replay, start
from anling.comparison.working import place_of
from anling.feeds.receiving import deliver
from tests.apps.deliveries import delivery, site_rooms
from tests.support.command import anling
from tests.support.platform import NOW, environment
from tests.support.province import AS_OF, PROVINCE, Office, ended

FEEDS = ("civil_cremation", "insurance_inpatient")
"""Deliveries enough for every list."""
WORKER = """
import json, os
from anling.site.environment import read_environment
from anling.site.migrating import prepare
prepare(read_environment(os.environ))
from django.utils import timezone
from anling.audit.scope import within
from anling.audit.values import Scope
from anling.comparison.models import Run
from anling.comparison.working import execute
with within(Scope("44")):
    waiting = list(Run.objects.filter(state="queued").order_by("pk"))
for run in waiting:
    execute(run=run.pk, region="44", now=timezone.now)
with within(Scope("44")):
    print(json.dumps([(r.state, r.error, r.content_hash) for r in Run.objects.filter(pk__in=[r.pk for r in waiting])]))
"""


def _asked(office: Office) -> Run:
    return start(region="44", as_of=AS_OF, reason="", by=office.clerk, at=NOW)


@pytest.fixture(scope="module")
def first(office: Office) -> Run:
    """A run over the deliveries of the installation itself."""
    with within(PROVINCE):
        for data in (file for feed in FEEDS for file in sorted((office.files / "feeds" / feed).glob("*.parquet"))[-3:]):
            assert deliver(delivery=delivery(data), rooms=site_rooms(), by=office.clerk, at=NOW).state == "ready"
    run = ended(_asked(office))
    assert run.state == State.DONE, run.error
    assert run.report
    assert run.report["feeds"]
    return run


@pytest.fixture
def elsewhere() -> Iterator[Path]:
    home = Path(tempfile.mkdtemp(prefix="anling-elsewhere-"))  # whose server may be another account's
    home.chmod(0o711)
    yield home
    shutil.rmtree(home, ignore_errors=True)


def test_restored_elsewhere_a_run_and_its_repetition_come_to_the_same(
    first: Run, office: Office, tmp_path: Path, elsewhere: Path
) -> None:
    assert ended(replay(run=first, reason="", by=office.clerk, at=NOW)).content_hash == first.content_hash
    replay(run=first, reason="", by=office.clerk, at=NOW)
    _asked(office)
    archive = tmp_path / "a.backup"
    assert anling("backup", archive).returncode == 0
    restored = anling("restore", archive, "--replace", ANLING_HOME=str(elsewhere))
    assert restored.returncode == 0, restored.stderr
    done = subprocess.run(
        [sys.executable, "-c", WORKER],
        env={**environment(), "ANLING_HOME": str(elsewhere), "DJANGO_SETTINGS_MODULE": "anling.site.settings"},
        capture_output=True, text=True, check=False, timeout=120,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout) == [["done", "", first.content_hash]] * 2
    for link in (elsewhere / "runs").glob("*/feeds/*/*.parquet"):
        assert link.resolve().is_relative_to(elsewhere.resolve())


def test_a_run_one_of_whose_deliveries_has_no_file_fails_and_says_which(first: Run, office: Office) -> None:
    names = sorted(place_of(first).feeds.glob("*/*.parquet"))
    kept = names[0].resolve()
    away = kept.rename(kept.with_name("away"))
    try:
        for run in (_asked(office), replay(run=first, reason="", by=office.clerk, at=NOW)):
            failed = ended(run)
            assert failed.state == State.FAILED
            assert f"The file of the delivery {names[0].parent.name}/{names[0].name} is gone" in failed.error
    finally:
        away.rename(kept)
    assert ended(_asked(office)).content_hash == first.content_hash
