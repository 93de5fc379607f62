"""The measured things, in the order of a round: each a module, what it is given, and what it needs beforehand."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import dataclass, replace

from bench.place import Place
from bench.process import Measured, measure

MEMORY_LIMIT = "4GB"


@dataclass(frozen=True, slots=True)
class Thing:
    """One thing that is measured. about: for the table. form: which copy of the province it reads; None: the store.

    on_demand: measured only where it is named.
    """

    name: str
    about: str
    run: Callable[[Place], Measured]
    form: str | None = "parquet"
    on_demand: bool = False

    @property
    def reads_store(self) -> bool:
        """Whether it reads what intake has written, and so comes after it."""
        return self.form is None


def _ingest(form: str) -> Callable[[Place], Measured]:
    def run(place: Place) -> Measured:
        shutil.rmtree(place.fresh_store, ignore_errors=True)
        measured = measure("bench.ingest", place.folder, form, place.fresh_store)
        if form == "parquet":
            shutil.rmtree(place.store, ignore_errors=True)
            place.fresh_store.rename(place.store)
        shutil.rmtree(place.fresh_store, ignore_errors=True)
        return measured

    return run


def _plain(module: str, *arguments: str) -> Callable[[Place], Measured]:
    return lambda place: measure(module, place.folder, *arguments)


def _decide(name: str) -> Callable[[Place], Measured]:
    def run(place: Place) -> Measured:
        shutil.rmtree(place.results / name, ignore_errors=True)  # as in a run, which writes into an empty folder
        return measure(f"bench.{name}", place.folder, MEMORY_LIMIT)

    return run


def _again(name: str) -> Callable[[Place], Measured]:
    """The last of several runs of one process; the peak is of them all."""

    def run(place: Place) -> Measured:
        measured = measure("bench.again", place.folder, MEMORY_LIMIT, name)
        cpu, wall, peak = (measured.facts.pop(each) for each in ("cpu_s", "wall_s", "peak_gb"))
        return Measured(cpu, wall, peak, measured.facts)

    return run


def _command(name: str) -> Callable[[Place], Measured]:
    """A run by the command: a first one reads its files into an empty store, any other finds them read."""
    engine, is_first = "spark" if name.endswith("_spark") else "duckdb", name.startswith("first_")

    def run(place: Place) -> Measured:
        store = place.fresh_store if is_first else place.store
        for folder in (place.results / name, place.fresh_store):
            shutil.rmtree(folder, ignore_errors=True)
        measured = measure("bench.run", place.folder, MEMORY_LIMIT, store, place.results / name, engine)
        shutil.rmtree(place.fresh_store, ignore_errors=True)
        return replace(measured, peak_gb=measured.facts.pop("peak_gb"))

    return run


def _on_spark(name: str, kind: Callable[[str], Callable[[Place], Measured]], peer: str) -> Callable[[Place], Measured]:
    """peer: what DuckDB did of the same, whose rows it must have come to."""
    run = kind(name)

    def held(place: Place) -> Measured:
        measured = run(place)
        measure("bench.same_rows", place.folder, name, peer)
        return replace(measured, cpu_s=measured.cpu_s + measured.facts.get("disowned_cpu_s", 0.0))

    return held


THINGS = (
    Thing("floor", "least work: number, name, date, code; join on the number, newest date", _plain("bench.floor")),
    Thing("floor_bare", "the same without name and code", _plain("bench.floor", "bare")),
    Thing("ingest", "ours: raw Parquet into an empty store", _ingest("parquet")),
    Thing("decide", "ours: the whole rule, decisions and evidence written", _decide("decide"), None),
    Thing(
        "decide_spark",
        "the same on Spark, local[2]; the same rows",
        _on_spark("decide_spark", _decide, "decide"),
        None,
        on_demand=True,
    ),
    Thing("decide_again", "decide, the third of one process", _again("decide_again"), None, on_demand=True),
    Thing(
        "decide_spark_again",
        "the same on Spark, of one application; the same rows",
        _on_spark("decide_spark_again", _again, "decide"),
        None,
        on_demand=True,
    ),
    Thing("first_run", "anling compare, files to lists, an empty store", _command("first_run"), on_demand=True),
    Thing(
        "first_run_spark",
        "the same with --engine spark, local[2]; the same rows",
        _on_spark("first_run_spark", _command, "first_run"),
        on_demand=True,
    ),
    Thing("run", "anling compare, its files in the store already", _command("run"), None, on_demand=True),
    Thing(
        "run_spark",
        "the same with --engine spark, local[2]; the same rows",
        _on_spark("run_spark", _command, "run"),
        None,
        on_demand=True,
    ),
    Thing(
        "decide_core", "ours: exact join, window, newest month only", _plain("bench.decide_core", MEMORY_LIMIT), None
    ),
    Thing("polars", "Polars on our store: the same core", _plain("bench.polars_core"), None),
    Thing("polars_raw", "Polars from raw Parquet: normalise, then the core", _plain("bench.polars_raw")),
    Thing("csv_read", "DuckDB's bare CSV read, told the columns", _plain("bench.csv_read", "given"), "csv"),
    Thing("csv_sniff", "the same, finding the columns out itself", _plain("bench.csv_read", "found"), "csv"),
    Thing("ingest_csv", "ours: UTF-8 CSV into an empty store", _ingest("csv"), "csv"),
    Thing("ingest_gb18030", "ours: GB18030 CSV into an empty store", _ingest("gb18030"), "gb18030"),
)
BY_NAME = {thing.name: thing for thing in THINGS}
