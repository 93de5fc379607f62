"""A result at an address is whole under its name or not there; what workers read is copied there once."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from anling.comparison.destination import Elsewhere
from anling.engines.spark.address import Address
from anling.engines.spark.files import Files
from anling.engines.spark.workplace import Shared
from anling.feeds.intake import InputError
from anling.matching.inputs import BatchFiles, Inputs
from tests.support.webhdfs import WebHdfs, webhdfs


@pytest.fixture(scope="module")
def files() -> Iterator[Files]:
    with Files() as client:
        yield client


@pytest.fixture
def hdfs(tmp_path: Path) -> Iterator[WebHdfs]:
    with webhdfs(tmp_path / "hdfs") as server:
        yield server


def test_a_result_replaces_an_earlier_one_as_a_whole(files: Files, hdfs: WebHdfs, tmp_path: Path) -> None:
    out = Address(f"{hdfs.address}/runs/june")
    for number in (1, 2):
        with Elsewhere(files, out, tmp_path / "spill").draft() as folder:
            _write(folder, number)
            (folder / "lists" / f"{number}.csv").write_text("a list")
    whole = ["lists/2.csv", "lists/4401-广州市/lost.csv", "run.json"]
    assert _files(hdfs.folder) == [f"runs/june/{name}" for name in whole]
    assert json.loads((hdfs.folder / "runs" / "june" / "run.json").read_text()) == {"number": 2}
    assert list((tmp_path / "spill").iterdir()) == []


def test_a_run_that_fails_leaves_the_earlier_result(files: Files, hdfs: WebHdfs, tmp_path: Path) -> None:
    out = Address(f"{hdfs.address}/runs/june")
    _write(hdfs.folder / "runs" / "june", 1)
    before = _files(hdfs.folder)
    with pytest.raises(KeyboardInterrupt):
        _interrupted(Elsewhere(files, out, tmp_path / "spill"))
    assert _files(hdfs.folder) == before
    assert list((tmp_path / "spill").iterdir()) == []


def test_what_a_killed_run_had_moved_aside_is_put_back(files: Files, hdfs: WebHdfs, tmp_path: Path) -> None:
    _write(hdfs.folder / "runs" / ".june.replaced", 1)
    Elsewhere(files, Address(f"{hdfs.address}/runs/june"), tmp_path)
    assert _files(hdfs.folder) == ["runs/june/lists/4401-广州市/lost.csv", "runs/june/run.json"]


def test_anything_else_under_the_name_is_not_touched(files: Files, hdfs: WebHdfs, tmp_path: Path) -> None:
    (hdfs.folder / "letters").mkdir()
    Elsewhere(files, Address(f"{hdfs.address}/letters"), tmp_path)  # empty: nothing is lost
    (hdfs.folder / "letters" / "letter.txt").write_text("a letter")
    with pytest.raises(InputError, match="this is not the result of a run, so it is not replaced"):
        Elsewhere(files, Address(f"{hdfs.address}/letters"), tmp_path)
    assert _files(hdfs.folder) == ["letters/letter.txt"]


def test_what_workers_read_is_copied_once(files: Files, hdfs: WebHdfs, tmp_path: Path) -> None:
    store = tmp_path / "store"
    roster, batch = store / "roster" / "key" / "roster.parquet", store / "feeds" / "police" / "key"
    for file in (roster, batch / "life.parquet", batch / "loss.parquet", batch / "quarantine.parquet"):
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(file.name)
    (batch / "batch.json").write_text("{}")
    inputs = Inputs(roster, (BatchFiles("police", "2026-06", "police", batch),), (), (), ())
    root, wanted = Address(f"{hdfs.address}/store"), ["feeds/police/key/life.parquet", "feeds/police/key/loss.parquet"]
    told: list[tuple[str, int, int]] = []
    for _ in range(2):
        place = Shared(files, root, store, tmp_path / "spill")
        place.publish(inputs, lambda *said: told.append(said))
        assert _files(hdfs.folder / "store") == [*wanted, "roster/key/roster.parquet"]
        assert place.name_of(roster) == f"{root}/roster/key/roster.parquet"
    assert told == [("share", done, 3) for done in (0, 1, 2)] * 2
    assert hdfs.requests["CREATE"] == 2 * 3  # a request to the namenode and one to the datanode, for each file
    (hdfs.folder / "store" / wanted[0]).write_text("half")
    Shared(files, root, store, tmp_path).publish(inputs, lambda *said: None)
    assert (hdfs.folder / "store" / wanted[0]).read_text() == "life.parquet"


def _interrupted(destination: Elsewhere) -> None:
    with destination.draft() as folder:
        _write(folder, 2)
        raise KeyboardInterrupt


def _write(folder: Path, number: int) -> None:
    (folder / "lists" / "4401-广州市").mkdir(parents=True)
    (folder / "lists" / "4401-广州市" / "lost.csv").write_text("a list")
    (folder / "run.json").write_text(json.dumps({"number": number}))


def _files(folder: Path) -> list[str]:
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file())
