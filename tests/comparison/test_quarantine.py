"""Rows that a run refused are in one file, each with file, row, column, reason and what to do."""

from dataclasses import replace
from pathlib import Path

import pyarrow.parquet as pq

from anling.engines.duckdb.store_files import QUARANTINE
from anling.policy import Policy
from tests.comparison.conftest import compared
from tests.support.pensioner import AS_OF, BOARDED, pensioner
from tests.support.world import Batch, World

WRONG = (pensioner(), pensioner(benefit_no="B2", region="44"), pensioner(benefit_no="B3", name=""))


def trips(*changes: dict[str, object]) -> Batch:
    rows = tuple({"row_id": str(nth), **BOARDED.row, **change} for nth, change in enumerate(changes))
    return Batch(BOARDED.feed, "2024-05", BOARDED.delivered_at, rows)


def test_rows_of_roster_and_feeds_are_told_by_file_row_and_column(tmp_path: Path, policy: Policy) -> None:
    batch = trips({}, {"event_date": AS_OF.replace(year=2025)}, {"code": "flew"})
    rows = pq.read_table(compared(World(AS_OF, WRONG, (batch,)), tmp_path, policy) / "quarantine.parquet")
    assert rows.schema.names == QUARANTINE.names
    told = [(row["file"], row["row"], row["row_id"], row["column"]) for row in rows.to_pylist()]
    assert told == [
        ("roster.parquet", 2, "B2", "region"),
        ("roster.parquet", 3, "B3", "name"),
        ("transport_trip/2024-05.parquet", 2, "1", "event_date"),
        ("transport_trip/2024-05.parquet", 3, "2", "code"),
    ]
    assert all(row["reason"] and row["message"] for row in rows.to_pylist())


def test_the_file_is_named_as_this_run_met_it(tmp_path: Path, policy: Policy) -> None:
    """The same content under another name is not read again, but its rows are told under the new name."""
    batch = trips({"code": "flew"})
    first = compared(World(AS_OF, WRONG[:1], (batch,)), tmp_path, policy)
    (tmp_path / "feeds" / "transport_trip" / "2024-05.parquet").unlink()
    (tmp_path / "feeds" / "transport_trip" / "2024-05.json").unlink()
    second = compared(World(AS_OF, WRONG[:1], (replace(batch, name="renamed"),)), tmp_path, policy)
    assert first == second
    files = pq.read_table(second / "quarantine.parquet")["file"].to_pylist()
    assert files == ["transport_trip/renamed.parquet"]


def test_a_run_without_refused_rows_has_an_empty_file(tmp_path: Path, policy: Policy) -> None:
    out = compared(World(AS_OF, WRONG[:1], (trips({}),)), tmp_path, policy)
    assert pq.read_table(out / "quarantine.parquet").num_rows == 0
