"""Whatever Spark lacks is told in one sentence, with what to do about it, and leaves nothing behind."""

import os
import site
import subprocess
import sys
from pathlib import Path

import pytest

import anling
from tests.journeys.conftest import Compared, Office
from tests.support.spark_cluster import loopback_cluster

SPARK = {"engine": "spark", "memory-limit": "1GB"}
PATIENCE = 300.0
"""Seconds within which it is said, on a machine that does other things besides; a cluster's workers get a minute."""
pytestmark = pytest.mark.timeout(600)


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


def test_without_pyspark_one_sentence_says_what_to_install(office: Office, tmp_path: Path) -> None:
    installed = _made(tmp_path / "installed")
    for package in Path(site.getsitepackages()[0]).iterdir():
        if not package.name.startswith(("pyspark", "__pycache__")):
            (installed / package.name).symlink_to(package)
    arguments = office.compare_arguments(tmp_path / "run", **SPARK, master="local[2]")
    refused = subprocess.run(
        [sys.executable, "-S", "-m", "anling", *map(str, arguments)],  # -S: of the installed packages none but these
        env={**office.environment, "PYTHONPATH": f"{installed}{os.pathsep}{Path(anling.__path__[0]).parent}"},
        capture_output=True, text=True, check=False, timeout=60,
    )  # fmt: skip
    assert (refused.returncode, refused.stdout) == (2, "")
    assert refused.stderr == "The engine spark needs PySpark, which is not there; pip install 'anling[spark]'.\n"


@pytest.mark.long
def test_a_cluster_without_workers_is_told_of(office: Office, compared: Compared, tmp_path: Path) -> None:
    assert compared.out.is_dir()  # its store is used again
    with loopback_cluster(_made(tmp_path / "cluster"), workers=0) as cluster:
        arguments = office.compare_arguments(_made(tmp_path / "runs") / "run", **SPARK, master=cluster.master)
        refused = office.anling(*arguments, "--json", timeout=PATIENCE)
    assert (refused.returncode, len(refused.stderr.splitlines())) == (2, 1)
    assert f"--master {cluster.master}: no worker takes the run up; start workers, or lower" in refused.stderr
    _nothing_left(office, tmp_path)


@pytest.mark.long
def test_workers_that_do_not_see_the_store_are_told_of(office: Office, compared: Compared, tmp_path: Path) -> None:
    assert compared.out.is_dir()
    with loopback_cluster(_made(tmp_path / "cluster"), hidden=office.home) as cluster:
        arguments = office.compare_arguments(_made(tmp_path / "runs") / "run", **SPARK, master=cluster.master)
        refused = office.anling(*arguments, "--json", timeout=PATIENCE)
    assert (refused.returncode, len(refused.stderr.splitlines())) == (2, 1)
    assert "A worker does not see the files of the run: put --store and --out on a drive" in refused.stderr
    _nothing_left(office, tmp_path)


@pytest.mark.long
def test_a_yarn_that_nothing_is_said_of(office: Office, compared: Compared, tmp_path: Path) -> None:
    assert compared.out.is_dir()
    arguments = [*office.compare_arguments(_made(tmp_path / "runs") / "run", **SPARK, master="yarn"), "--json"]
    refused = office.anling(*arguments, timeout=PATIENCE)
    assert (refused.returncode, len(refused.stderr.splitlines())) == (2, 1)
    assert "name the folder of its yarn-site.xml and core-site.xml by HADOOP_CONF_DIR." in refused.stderr
    settings = _made(tmp_path / "settings")
    (settings / "yarn-site.xml").write_text(
        "<configuration><property><name>yarn.resourcemanager.address</name><value>127.0.0.1:9</value></property>"
        "</configuration>"
    )
    refused = office.anling(
        *arguments, timeout=PATIENCE, HADOOP_CONF_DIR=str(settings)
    )  # all that is submitted is understood till here
    assert (refused.returncode, len(refused.stderr.splitlines())) == (2, 1)
    assert "The cluster's manager does not answer; start it, or correct what HADOOP_CONF_DIR" in refused.stderr
    _nothing_left(office, tmp_path)


@pytest.mark.long
def test_a_kubernetes_that_does_not_answer(office: Office, compared: Compared, tmp_path: Path) -> None:
    assert compared.out.is_dir()
    for master in ("k8s://https://127.0.0.1:9", "k8s://127.0.0.1:9"):
        refused = office.anling(*office.compare_arguments(tmp_path / "run", **SPARK, master=master), "--json")
        assert (refused.returncode, len(refused.stderr.splitlines())) == (2, 1)
        assert f"--master {master}: nobody answers there; start the master" in refused.stderr


def _nothing_left(office: Office, folder: Path) -> None:
    assert list((folder / "runs").iterdir()) == []
    assert list((office.home / "store" / "spill").iterdir()) == []


def _made(folder: Path) -> Path:
    folder.mkdir(parents=True)
    return folder
