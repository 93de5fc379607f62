"""Batches that are taken in together: each is judged alone, and only a file's own fault refuses it."""

from pathlib import Path

import pyarrow.parquet as pq
import pytest

from anling.engines.duckdb.session import Session
from anling.engines.duckdb.tables import DamagedError, blaming
from anling.engines.errors import EngineError
from anling.feeds.intake import InputError
from tests.intake.given import (
    FEED_HEADERS,
    LI,
    ROSTER_HEADERS,
    feed_file,
    feed_rows,
    intake,
    manifest,
    reasons,
    roster_rows,
    stored,
    taken_in,
    write,
)


def wound(path: Path) -> Path:
    """Overwrite the pages of a Parquet file; its footer still promises them."""
    data = bytearray(path.read_bytes())
    data[4:200] = b"\xff" * 196
    path.write_bytes(data)
    return path


def test_each_batch_keeps_its_own_rows_counts_and_quarantine(tmp_path: Path) -> None:
    late = ("s9", LI, "李明", "2024-05-01", "2024-08-01", "discharged")
    feed_file(tmp_path / "feeds", feed_rows(), name="b1.csv")
    feed_file(tmp_path / "feeds", [*feed_rows(), late], name="b2.parquet")
    feed_file(tmp_path / "feeds", [late, late], name="b3.csv", delivered_at="2024-09-01T00:00:00")
    one, two, three = taken_in(tmp_path).batches
    assert [(batch.rows, batch.accepted) for batch in (one, two, three)] == [(4, 4), (5, 4), (2, 1)]
    assert reasons(two.folder) == {5: "end_after_delivery"}
    assert reasons(three.folder) == {2: "row_id_repeated"}
    assert [len(stored(batch.folder / "life.parquet")) for batch in (one, two, three)] == [3, 3, 1]
    assert (one.empty_numbers, three.empty_numbers) == (1, 0)


def test_one_damaged_file_refuses_no_other(tmp_path: Path) -> None:
    for name in ("b1.parquet", "b2.parquet", "b3.parquet"):
        feed_file(tmp_path / "feeds", feed_rows(), name=name)
    manifest(wound(tmp_path / "feeds" / "insurance_inpatient" / "b2.parquet"), rows=4)
    result = taken_in(tmp_path)
    assert [batch.batch for batch in result.batches] == ["b1", "b3"]
    (refusal,) = result.refused
    assert refusal.file == "insurance_inpatient/b2.parquet"
    assert "damaged" in refusal.sentence


@pytest.mark.parametrize("column", [*FEED_HEADERS, "sex"])
def test_whatever_column_is_damaged_the_file_is_refused(tmp_path: Path, column: str) -> None:
    rows = [(*row, "1") for row in feed_rows()]
    path = feed_file(tmp_path / "feeds", rows, name="b1.parquet", headers=(*FEED_HEADERS, "sex"))
    place = [*FEED_HEADERS, "sex"].index(column)
    start = pq.ParquetFile(path).metadata.row_group(0).column(place)
    data = bytearray(path.read_bytes())
    first = start.dictionary_page_offset or start.data_page_offset
    data[first : first + start.total_compressed_size] = b"\xff" * start.total_compressed_size
    path.write_bytes(data)
    manifest(path, rows=4)
    (refusal,) = taken_in(tmp_path).refused
    assert "damaged" in refusal.sentence


def test_a_damaged_roster_is_an_input_error(tmp_path: Path) -> None:
    path = wound(write(tmp_path / "r.parquet", ROSTER_HEADERS, roster_rows()))
    with pytest.raises(InputError, match="damaged"):
        intake(tmp_path).roster(path)


def test_a_wrong_count_or_header_refuses_no_other(tmp_path: Path) -> None:
    feed_file(tmp_path / "feeds", feed_rows(), name="b1.csv")
    manifest(feed_file(tmp_path / "feeds", feed_rows(), name="b2.csv"), rows=5)
    feed_file(tmp_path / "feeds", feed_rows(), name="b3.csv", headers=("x", *FEED_HEADERS[1:]))
    result = taken_in(tmp_path)
    assert [batch.batch for batch in result.batches] == ["b1"]
    assert [refusal.file for refusal in result.refused] == [f"insurance_inpatient/b{n}.csv" for n in (2, 3)]


def test_a_failing_step_over_a_sound_file_is_not_the_files_fault(tmp_path: Path) -> None:
    path = write(tmp_path / "b.parquet", FEED_HEADERS, feed_rows())
    bare = f"SELECT * FROM read_parquet('{path}')"
    with Session(temp=tmp_path, threads=1) as session:
        with pytest.raises(EngineError) as ours, blaming(session, [bare]):
            session.execute(f"SELECT name::INTEGER FROM ({bare})")
        assert not isinstance(ours.value, DamagedError)
        wound(path)
        with pytest.raises(DamagedError), blaming(session, [bare]):
            session.rows(bare)
