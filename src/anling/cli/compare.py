"""`anling compare`: the main job, files in, files out."""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from anling.cli.edge import Status
from anling.cli.home import store as home_store
from anling.cli.options import AsJson, PolicyFolder, day, memory, share
from anling.cli.progress import progress

if TYPE_CHECKING:
    from anling.engines.spark.address import Address
    from anling.engines.spark.cluster import Cluster


class Engine(StrEnum):
    """What runs the steps."""

    DUCKDB = "duckdb"
    SPARK = "spark"


class ListFormat(StrEnum):
    """Format of the lists."""

    CSV = "csv"
    XLSX = "xlsx"
    PARQUET = "parquet"


Roster = Annotated[
    Path, typer.Option("--roster", metavar="FILE", help="CSV, XLSX, XLS or Parquet, one row per benefit.")
]
Feeds = Annotated[
    Path, typer.Option("--feeds", metavar="DIR", help="Folder with <feed>/<batch>.* beside its manifest <batch>.json.")
]
AsOf = Annotated[
    date,
    typer.Option("--as-of", parser=day, metavar="DATE", help="Day of the comparison: only what had arrived counts."),
]
Out = Annotated[
    str,
    typer.Option(
        "--out", metavar="DIR",
        help="Folder of the result, or with Spark its address (hdfs://…); an earlier result is replaced by the whole"
        " new one.",
    ),
]  # fmt: skip
RunsOn = Annotated[Engine, typer.Option("--engine", help="What runs the matching.")]
Master = Annotated[
    str | None,
    typer.Option(
        "--master", metavar="URL",
        help="Where Spark runs: local[2], spark://HOST:PORT, yarn or k8s://ADDRESS; this machine if left out.",
    ),
]  # fmt: skip
Memory = Annotated[
    str, typer.Option("--memory-limit", parser=memory, metavar="SIZE", help="Memory that the engine may use.")
]
Threads = Annotated[
    int | None, typer.Option("--threads", min=1, max=1024, help="Threads of the engine; one per core if left out.")
]
Lists = Annotated[
    ListFormat,
    typer.Option("--format", help="Of the lists: csv opens everywhere, xlsx keeps long numbers whole in Excel."),
]
MaxRejected = Annotated[
    float,
    typer.Option(
        "--max-rejected", parser=share, metavar="SHARE",
        help="Share of a file's rows in quarantine (0.05 or 5%) above which the exit status is 3.",
    ),
]  # fmt: skip
Strict = Annotated[bool, typer.Option("--strict", help="Stop at a refused batch, or at one above --max-rejected.")]
Store = Annotated[
    str | None,
    typer.Option(
        "--store", metavar="DIR",
        help="Where files once read are kept; ANLING_HOME/store if left out. With Spark also an address (hdfs://…), to"
        " which that folder is copied for the workers.",
    ),
]  # fmt: skip


def compare(
    roster: Roster,
    feeds: Feeds,
    as_of: AsOf,
    out: Out,
    engine: RunsOn = Engine.DUCKDB,
    master: Master = None,
    memory_limit: Memory = "4GB",
    threads: Threads = None,
    policy: PolicyFolder = None,
    list_format: Lists = ListFormat.CSV,
    max_rejected: MaxRejected = 0.05,
    strict: Strict = False,
    store: Store = None,
    as_json: AsJson = False,
) -> int:
    """Compare a roster with the departments' feeds (信息比对): decisions, evidence, quarantine, lists by city.

    Every benefit in pay or suspended comes on one list: eligible, lost (a proposal), to verify, or no evidence. Files
    that were read before, unchanged, are taken from the store.
    """
    from anling.cli.summary import summary, summary_json
    from anling.comparison.run import compare as run
    from anling.engines.spark.address import Address
    from anling.policy import load

    at, kept = _places(out, store, engine)
    shared = kept if isinstance(kept, Address) else None
    with progress(silent=as_json) as listener:
        result = run(
            roster=roster, feeds=feeds, as_of=as_of, out=at, policy=load(policy),
            store=(home_store() if isinstance(kept, Address) else kept).resolve(), shared=shared,
            memory_limit=memory_limit, threads=threads, cluster=_cluster(engine, master, memory_limit, threads),
            strict=strict, max_rejected=max_rejected, list_format=list_format, progress=listener,
        )  # fmt: skip
    typer.echo(summary_json(result) if as_json else summary(result))
    return Status.REFUSED if result.refused_or_rejected else Status.DONE


def _places(out: str, store: str | None, engine: Engine) -> tuple[Path | Address, Path | Address]:
    from anling.engines.spark.address import Address, place

    at, kept = place(out), place(store) if store else home_store()
    for option, named in (("--out", at), ("--store", kept)):
        if isinstance(named, Address) and engine is not Engine.SPARK:
            raise typer.BadParameter(f"{option} {named}: an address is for --engine spark; add that or name a folder")
    return at, kept


def _cluster(engine: Engine, master: str | None, memory_limit: str, threads: int | None) -> Cluster | None:
    from anling.engines.memory import in_bytes
    from anling.engines.spark.cluster import Cluster

    if engine is Engine.SPARK:
        return Cluster(master or f"local[{threads or '*'}]", in_bytes(memory_limit), threads)
    if master is not None:
        raise typer.BadParameter("--master is for --engine spark; add that or leave --master out")
    return None
