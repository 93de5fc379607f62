"""Which engine decides: DuckDB in this process, or Spark on a cluster. Either is given the same and leaves the same."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from anling.comparison.frozen import Frozen
from anling.comparison.lists import Resources
from anling.engines.costs import Decided
from anling.engines.duckdb.decide import decide
from anling.engines.errors import EngineMissingError
from anling.engines.spark.address import Address
from anling.engines.spark.cluster import Cluster
from anling.engines.spark.standing import STANDING
from anling.feeds.intake import InputError

if TYPE_CHECKING:
    from anling.engines.spark.files import Files
    from anling.engines.spark.workplace import Workplace

Progress = Callable[[str, int, int], None]
SharedStore = tuple["Files", Address, Path]
"""A client, the address at which a cluster's workers read, and the store of this machine that is copied there."""
Engine = Callable[[Frozen, Path, int | None, Progress], Decided]
"""Decides what is frozen into a folder; how many people at a time, where the engine cuts slices; progress."""


def ready(cluster: Cluster | None) -> None:
    """See that Spark can start, before any work is done. Raises InputError with one sentence where it cannot."""
    if cluster is not None:
        with _told():
            cluster.reach()


def engine_of(cluster: Cluster | None, means: Resources, shared: SharedStore | None) -> Engine:
    """Spark on a cluster; DuckDB where none is named. shared: None where the workers see the store themselves."""
    return _on_duckdb(means) if cluster is None else _on_spark(cluster, means, shared)


def end_standing() -> None:
    """End what an engine keeps for the next run of this process, before the process ends."""
    STANDING.end()


@contextmanager
def client(*places: Path | Address | None) -> Iterator[Files | None]:
    """A client of filesystems where one of the places is an address; raises InputError where one cannot be asked."""
    addresses = [place for place in places if isinstance(place, Address)]
    if not addresses:
        yield None
        return
    # imported here: PySpark is an extra that only this engine needs
    from anling.engines.spark.files import Files  # noqa: PLC0415

    with _told():
        files = Files()
    with files:
        with _told():
            for address in addresses:
                files.exists(address)
        yield files


def _on_duckdb(means: Resources) -> Engine:
    def run(frozen: Frozen, folder: Path, people_per_slice: int | None, progress: Progress) -> Decided:
        return decide(
            frozen.inputs, frozen.parameters, folder, memory_limit=means.memory_limit, threads=means.threads,
            temp=means.temp, people_per_slice=people_per_slice, progress=progress,
        )  # fmt: skip

    return run


def _on_spark(cluster: Cluster, means: Resources, shared: SharedStore | None) -> Engine:
    def run(frozen: Frozen, folder: Path, people_per_slice: int | None, progress: Progress) -> Decided:
        del people_per_slice
        from anling.engines.spark.decide import decide as decide_on_spark  # noqa: PLC0415

        with (
            _told(),
            _workplace(frozen, folder, means, shared, progress) as place,
            STANDING.lent(cluster, temp=means.temp, waiting=partial(progress, "turn", 0, 0)) as session,
        ):
            return decide_on_spark(session, frozen.inputs, frozen.parameters, folder, place=place, progress=progress)

    return run


@contextmanager
def _workplace(
    frozen: Frozen, folder: Path, means: Resources, shared: SharedStore | None, progress: Progress
) -> Iterator[Workplace]:
    """What the workers need lies there before the session begins, so that none of them waits for it."""
    from anling.engines.spark.workplace import Drive, Shared  # noqa: PLC0415

    if shared is None:
        yield Drive(folder / "relations")
        return
    place = Shared(*shared, means.temp)
    place.publish(frozen.inputs, progress)
    try:
        yield place
    finally:
        place.clear()


@contextmanager
def _told() -> Iterator[None]:
    try:
        yield
    except EngineMissingError as error:
        raise InputError(str(error)) from error
