"""The same job on Spark: the same files, on one machine or on a cluster that loses a worker."""

import json
import signal
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from tests.journeys.conftest import Compared, Office
from tests.soak.kill_spark_workers import Province, once_there_is

SPARK = {"engine": "spark", "memory-limit": "1GB"}
pytestmark = pytest.mark.timeout(600)


def test_a_killed_worker_changes_nothing(office: Office, compared: Compared, tmp_path: Path) -> None:
    place, course = Province(office.province, tmp_path / "runs").on_a_cluster(once_there_is("subject"))
    assert course.killed is not None
    assert place.left() == []
    for name in ("decisions.parquet", "evidence.parquet", "quarantine.parquet"):
        assert pq.read_table(place.out / name).equals(pq.read_table(compared.out / name)), name
    report = json.loads((place.out / "run.json").read_text(encoding="utf-8"))
    assert report["engine"].startswith("spark-4.")
    assert report.keys() == compared.report.keys()
    assert report["counts"] == compared.report["counts"]
    assert {step["step"] for step in report["steps"]} >= {step["step"] for step in compared.report["steps"]}


def test_a_run_on_spark_stops_cleanly(office: Office, compared: Compared, tmp_path: Path) -> None:
    assert compared.out.is_dir()  # its store is used again
    running = office.start(*office.compare_arguments(tmp_path / "run", **SPARK, master="local[2]"))
    assert running.stderr is not None
    while not running.stderr.readline().startswith("decide"):
        assert running.poll() is None
    running.send_signal(signal.SIGINT)
    printed, said = running.communicate(timeout=120)
    assert running.returncode == 130
    assert printed == ""
    assert said.splitlines() == ["Interrupted: nothing was left half written; run it again."]
    assert list(tmp_path.iterdir()) == []
    assert list((office.home / "store" / "spill").iterdir()) == []


@pytest.mark.long
def test_an_archive_of_classes_that_is_spoiled_harms_no_run(office: Office, compared: Compared, tmp_path: Path) -> None:
    assert compared.out.is_dir()  # its store is used again
    for name in ("first", "with a spoiled archive"):
        arguments = office.compare_arguments(tmp_path / name, **SPARK, master="local[2]")
        done = office.anling(*arguments, timeout=300, XDG_CACHE_HOME=str(tmp_path / "cache"))
        assert done.returncode == 0, done.stderr
        for file in ("decisions.parquet", "evidence.parquet"):
            assert pq.read_table(tmp_path / name / file).equals(pq.read_table(compared.out / file)), file
        (kept,) = (tmp_path / "cache" / "anling").glob("*.jsa")
        if name == "first":
            assert kept.stat().st_size > 1 << 20
            kept.unlink()
            kept.write_bytes(b"not what Java has written")
