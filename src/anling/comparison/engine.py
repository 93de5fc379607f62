"""Which engine decides: DuckDB in this process, or Spark on a cluster. Either is given the same and leaves the same."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from anling.comparison.frozen import Frozen
from anling.comparison.intake import InputError
from anling.comparison.lists import Resources
from anling.engines.costs import Decided
from anling.engines.duckdb.decide import decide
from anling.engines.errors import EngineMissingError
from anling.engines.spark.cluster import Cluster

Progress = Callable[[str, int, int], None]
Engine = Callable[[Frozen, Path, int | None, Progress], Decided]
"""Decides what is frozen into a folder; how many people at a time, where the engine cuts slices; progress."""


def engine_of(cluster: Cluster | None, means: Resources) -> Engine:
    """Spark on a cluster, ready to run; DuckDB where none is named.

    Raises InputError with one sentence where Spark cannot start, before any work is done.
    """
    if cluster is None:
        return _on_duckdb(means)
    try:
        cluster.reach()
    except EngineMissingError as error:
        raise InputError(str(error)) from error
    return _on_spark(cluster, means)


def _on_duckdb(means: Resources) -> Engine:
    def run(frozen: Frozen, folder: Path, people_per_slice: int | None, progress: Progress) -> Decided:
        return decide(
            frozen.inputs, frozen.parameters, folder, memory_limit=means.memory_limit, threads=means.threads,
            temp=means.temp, people_per_slice=people_per_slice, progress=progress,
        )  # fmt: skip

    return run


def _on_spark(cluster: Cluster, means: Resources) -> Engine:
    def run(frozen: Frozen, folder: Path, people_per_slice: int | None, progress: Progress) -> Decided:
        del people_per_slice
        # imported here: PySpark is an extra that only this engine needs
        from anling.engines.spark.decide import decide as decide_on_spark  # noqa: PLC0415
        from anling.engines.spark.session import Session  # noqa: PLC0415

        try:
            with Session(cluster, temp=means.temp) as session:
                return decide_on_spark(session, frozen.inputs, frozen.parameters, folder, progress=progress)
        except EngineMissingError as error:
            raise InputError(str(error)) from error

    return run
