"""A batch may lack signs of a kind; that it is gone altogether must never look like that."""

from collections.abc import Callable
from pathlib import Path

import pytest

from anling.engines.duckdb.lookup import Lookup
from anling.engines.errors import EngineError
from anling.matching.inputs import BatchFiles


def test_a_batch_says_which_signs_it_lacks_by_being_there_without_them(tmp_path: Path) -> None:
    (tmp_path / "batch.json").write_text("{}")
    (tmp_path / "loss.parquet").touch()
    batch = BatchFiles("health_death", "2024-06", "health", tmp_path)
    assert batch.file("loss.parquet") == tmp_path / "loss.parquet"
    assert batch.file("other.parquet") is None
    assert batch.file("life.parquet") == tmp_path / "life.parquet"


@pytest.mark.parametrize("question", [Lookup.life, Lookup.loss, Lookup.other])
def test_a_batch_that_is_gone_stops_whoever_reads_it(tmp_path: Path, question: Callable[..., object]) -> None:
    gone = BatchFiles("health_death", "2024-06", "health", tmp_path / "gone")
    with Lookup(tmp_path / "roster.parquet", [gone]) as lookup, pytest.raises(EngineError, match="gone/"):
        question(lookup, None)
