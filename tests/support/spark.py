"""One Spark session for many worlds: starting one takes longer than deciding a world."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from anling.comparison.frozen import Frozen, freeze
from anling.engines.duckdb.decide import decide as decide_on_duckdb
from anling.engines.spark.cluster import Cluster
from anling.engines.spark.decide import decide as decide_on_spark
from anling.engines.spark.session import Session
from anling.feeds.intake import Intake
from anling.policy import Policy
from tests.support.engine import read_rows
from tests.support.files import write_world
from tests.support.reference import Result
from tests.support.world import World

MEMORY = 1536 << 20
"""Bytes of a session that decides small worlds."""


@contextmanager
def session() -> Iterator[Session]:
    """Spark on this machine, two tasks at a time."""
    with Session(Cluster("local[2]", MEMORY, 2)) as started:
        yield started


@contextmanager
def frozen(world: World, policy: Policy, file_format: str = "parquet") -> Iterator[tuple[Frozen, Path]]:
    """The world taken in, ready to be decided, and a folder for results."""
    with tempfile.TemporaryDirectory() as folder:
        roster, feeds = write_world(world, Path(folder), file_format)
        yield freeze(Intake(Path(folder) / "store", policy), policy, roster, feeds, world.as_of), Path(folder)


def on_both(session: Session, world: World, policy: Policy, file_format: str = "parquet") -> tuple[Result, Result]:
    """What Spark and DuckDB say of a world, each row in the order in which it was written."""
    with frozen(world, policy, file_format) as (asked, folder):
        spark, duckdb = folder / "spark", folder / "duckdb"
        spark.mkdir()
        duckdb.mkdir()
        decide_on_spark(session, asked.inputs, asked.parameters, spark)
        decide_on_duckdb(asked.inputs, asked.parameters, duckdb)
        return _read(spark), _read(duckdb)


def _read(folder: Path) -> Result:
    return Result(read_rows(folder / "decisions.parquet"), read_rows(folder / "evidence.parquet"))
