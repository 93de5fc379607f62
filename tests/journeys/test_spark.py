"""The same job on Spark: the same files, on one machine or on a cluster that loses a worker."""

import json
import signal
import time
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from tests.journeys.conftest import Compared, Office
from tests.support.spark_cluster import loopback_cluster

SPARK = {"engine": "spark", "memory-limit": "1GB"}
pytestmark = pytest.mark.timeout(600)


def test_a_killed_worker_changes_nothing(office: Office, compared: Compared, tmp_path: Path) -> None:
    with loopback_cluster(_made(tmp_path / "cluster")) as cluster:
        out = tmp_path / "runs" / "run"
        running = office.start(*office.compare_arguments(out, **SPARK, master=cluster.master), "--json")
        while not list(out.parent.glob(".*/relations/subject/_SUCCESS")):
            assert running.poll() is None, running.communicate()
            time.sleep(0.05)
        cluster.kill_worker(0)
        said, complaints = running.communicate(timeout=500)
    assert (running.returncode, complaints) == (compared.finished.returncode, "")
    assert [path.name for path in out.parent.iterdir()] == ["run"]
    for name in ("decisions.parquet", "evidence.parquet", "quarantine.parquet"):
        assert pq.read_table(out / name).equals(pq.read_table(compared.out / name)), name
    report = json.loads((out / "run.json").read_text(encoding="utf-8"))
    assert report["engine"].startswith("spark-4.")
    assert report.keys() == compared.report.keys()
    assert report["counts"] == compared.report["counts"] == json.loads(said)["counts"]
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


def test_without_java_one_sentence_says_what_to_install(office: Office, tmp_path: Path) -> None:
    arguments = [*office.compare_arguments(tmp_path / "run", **SPARK), "--json"]
    refused = office.anling(*arguments, JAVA_HOME=str(tmp_path / "java"))
    assert (refused.returncode, len(refused.stderr.splitlines())) == (2, 1)
    assert "there is no bin/java; name a Java 17 or newer, or unset it." in refused.stderr
    not_java = _made(tmp_path / "other" / "bin") / "java"
    not_java.write_text("#!/bin/sh\nexit 1\n")
    not_java.chmod(0o755)
    refused = office.anling(*arguments, JAVA_HOME=str(tmp_path / "other"))
    assert (refused.returncode, len(refused.stderr.splitlines())) == (2, 1)
    assert "this Java does not start Spark; name Java 17 or newer by JAVA_HOME." in refused.stderr
    assert not (tmp_path / "run").exists()


def _made(folder: Path) -> Path:
    folder.mkdir(parents=True)
    return folder
