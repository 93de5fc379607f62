"""Store and result on a filesystem with an address: what workers read and write is nowhere on a drive of theirs."""

import json
from collections.abc import Iterator
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from tests.journeys.conftest import Compared, Office
from tests.support.spark_cluster import loopback_cluster
from tests.support.webhdfs import WebHdfs, webhdfs

SPARK = {"engine": "spark", "memory-limit": "1GB"}
RESULT = ("decisions.parquet", "evidence.parquet", "quarantine.parquet")
PATIENCE = 600.0
"""Seconds that a run may take on a machine that does other things besides."""
pytestmark = pytest.mark.timeout(900)


@pytest.fixture
def hdfs(tmp_path: Path) -> Iterator[WebHdfs]:
    with webhdfs(tmp_path / "hdfs") as server:
        yield server


@pytest.mark.long
def test_a_cluster_works_on_a_filesystem_that_is_no_drive(
    office: Office, compared: Compared, hdfs: WebHdfs, tmp_path: Path
) -> None:
    logs = tmp_path / "cluster"
    logs.mkdir()
    store, out = f"{hdfs.address}/anling/store", f"{hdfs.address}/anling/runs/2026-06"
    with loopback_cluster(logs) as cluster:
        asked = office.compare_arguments(out, **SPARK, master=cluster.master, store=store)
        done = office.anling(*asked, "--json", timeout=PATIENCE)
    assert (done.returncode, done.stderr) == (compared.finished.returncode, "")
    assert json.loads(done.stdout)["out"] == out
    assert json.loads(done.stdout)["counts"] == compared.report["counts"]
    _same(hdfs.folder / "anling" / "runs" / "2026-06", compared)
    copied = _files(hdfs.folder / "anling" / "store")
    assert {name.split("/")[0] for name in copied} == {"feeds", "roster"}  # nothing of what the workers laid down
    assert [each.name for each in (hdfs.folder / "anling" / "runs").iterdir()] == ["2026-06"]
    assert {"CREATE", "OPEN", "RENAME"} <= set(hdfs.requests)


@pytest.mark.long
def test_what_hadoop_is_told_of_its_filesystems_counts(office: Office, compared: Compared, tmp_path: Path) -> None:
    conf = tmp_path / "conf"
    conf.mkdir()
    mounted = tmp_path / "mounted"
    mounted.mkdir()
    (conf / "core-site.xml").write_text(
        "<configuration><property><name>fs.viewfs.mounttable.province.link./data</name>"
        f"<value>{mounted.as_uri()}</value></property></configuration>"
    )
    store, out = "viewfs://province/data/store", "viewfs://province/data/run"
    asked = office.compare_arguments(out, **SPARK, master="local[2]", store=store)
    done = office.anling(*asked, HADOOP_CONF_DIR=str(conf), timeout=PATIENCE)
    assert (done.returncode, done.stderr.count("Traceback")) == (compared.finished.returncode, 0)
    _same(mounted / "run", compared)
    refused = office.anling(*asked, HADOOP_CONF_DIR=str(tmp_path))
    assert (refused.returncode, len(refused.stderr.splitlines())) == (2, 1)
    assert "HADOOP_CONF_DIR does not say what is mounted there" in refused.stderr


def test_a_file_address_is_a_drive(office: Office, compared: Compared, tmp_path: Path) -> None:
    store, out = office.home / "store", tmp_path / "run"
    done = office.anling(*office.compare_arguments(out.as_uri(), store=store.as_uri()))
    assert done.returncode == compared.finished.returncode
    _same(tmp_path / "run", compared)


@pytest.mark.parametrize(
    ("option", "address", "sentence"),
    [
        ("out", "webhdfs://127.0.0.1:9/run", "nobody answers there; start the filesystem or correct the address."),
        ("store", "webhdfs://127.0.0.1:9/store", "nobody answers there; start the filesystem or correct the address."),
        ("out", "nfs4://server/run", "Spark knows no filesystem of that kind; add its jar and settings"),
        ("out", "s3a://bucket/run", "the jar of that filesystem is not there; add it to spark-defaults.conf"),
        ("out", "hdfs://namenode", "that is no address of a folder; write hdfs://NAME/FOLDER."),
    ],
)
def test_a_place_that_cannot_be_used_is_told_in_one_sentence(
    office: Office, compared: Compared, tmp_path: Path, option: str, address: str, sentence: str
) -> None:
    assert compared.out.is_dir()  # the store of the office is whole: nothing is read in anew
    changes = {**SPARK, "master": "local[2]", option: address}
    refused = office.anling(*office.compare_arguments(changes.pop("out", tmp_path / "run"), **changes), "--json")
    assert (refused.returncode, refused.stdout) == (2, "")
    assert refused.stderr.startswith(f"{address}")
    assert sentence in refused.stderr
    assert len(refused.stderr.splitlines()) == 1
    assert list(tmp_path.iterdir()) == []
    assert list((office.home / "store" / "spill").iterdir()) == []


def test_what_is_no_result_is_not_replaced(office: Office, hdfs: WebHdfs) -> None:
    letter = hdfs.folder / "letters" / "letter.txt"
    letter.parent.mkdir()
    letter.write_text("not a result")
    refused = office.anling(*office.compare_arguments(f"{hdfs.address}/letters", **SPARK, master="local[2]"))
    assert refused.returncode == 2
    assert "this is not the result of a run, so it is not replaced; name another --out." in refused.stderr
    assert _files(hdfs.folder) == ["letters/letter.txt"]


def _same(out: Path, compared: Compared) -> None:
    for name in RESULT:
        assert pq.read_table(out / name).equals(pq.read_table(compared.out / name)), name
    assert (out / "run.json").is_file()
    assert _files(out) == _files(compared.out)


def _files(folder: Path) -> list[str]:
    """Every file below a folder; without the checksums that Hadoop keeps beside files of a drive."""
    found = (path for path in folder.rglob("*") if path.is_file() and path.suffix != ".crc")
    return sorted(str(path.relative_to(folder)) for path in found)
