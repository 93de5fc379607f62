"""Runs the steps of `matching` on Spark and writes decisions and evidence (contracts.md).

All people are one slice: Spark itself deals them out to its workers. What was found is laid down in parts, each a range
of people, so that the two files are put together part by part, in the order of the roster store.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import partial
from itertools import count
from math import ceil
from pathlib import Path

from anling.engines.costs import Decided, Stopwatch
from anling.engines.results.results import Results
from anling.engines.spark.dialect import in_spark
from anling.engines.spark.parts import Parts, kept
from anling.engines.spark.relations import bring
from anling.engines.spark.session import ENGINE_VERSION, Session
from anling.engines.spark.workplace import Drive, Workplace
from anling.matching.inputs import Inputs
from anling.matching.steps import RESULTS, Step, once, per_slice

Progress = Callable[[str, int, int], None]

KEPT = frozenset((
    "clock_of_region", "cancelling", "loss_record", "tie_by_number", "loss_tie", "flag_record", "flag_sign", "flagged",
    "subject", "seen", "name_pair", "renamed", "life_total", "weak_sign", "weak_day", "triple", "weighed_loss",
    "outcome", "held",
))  # fmt: skip
"""The relations that several later ones read: worked out once and kept. The others are text until somebody asks.

The clock of regions is kept for its size: unless Spark sees that it is small, it deals out all people to join it.
"""
SELDOM = frozenset(("unreadable",))
"""Those that mostly have no row, and whose readers would go through the whole store: kept, and asked for a row."""

BYTES_PER_PARTITION = 256 << 20
"""Bytes of the store for each piece that Spark deals out."""
_FEW = 2
"""So few pieces are not worth asking, stage by stage, how they came out."""


def decide(
    session: Session,
    inputs: Inputs,
    parameters: Mapping[str, int],
    out: Path,
    *,
    place: Workplace | None = None,
    progress: Progress = lambda label, done, total: None,
) -> Decided:
    """Write `decisions.parquet` and `evidence.parquet` into the folder `out`.

    place: where the workers read and write; None where `out` and the store are on a drive that all of them have.
    progress: told step by step. Raises EngineError with one sentence, KeyboardInterrupt on Ctrl-C; what is written by
    then is not whole.
    """
    watch = Stopwatch(session.cpu_seconds, session.peak_gb)
    steps = (*once(), *per_slice())
    place = place or Drive(out / "relations")
    parts = Parts(session, inputs.roster, place, pieces=_pieces(inputs))
    work, told = len(steps) + len(RESULTS) + 1, count(1)
    with Results(out, inputs) as results:
        with watch.time("open"):
            session.run(partial(_open, session, inputs, place))
        for step in steps:
            with watch.time(step.name):
                session.run(partial(_run, session, step, parameters, place))
            progress("decide", next(told), work)
        for name in RESULTS:
            with watch.time(name):
                parts.lay_down(name)
            progress("decide", next(told), work)
        with watch.time("write"):
            for found in parts.each():
                results.add(found)
            results.close()
        place.clear()
        session.keep_classes()
        progress("decide", work, work)
        return Decided(ENGINE_VERSION, results.totals, watch.costs, 1)


def _open(session: Session, inputs: Inputs, place: Workplace) -> None:
    pieces = _pieces(inputs)
    session.spark.conf.set("spark.sql.shuffle.partitions", str(pieces))
    session.spark.conf.set("spark.sql.adaptive.enabled", str(pieces > _FEW).lower())
    bring(session.spark, inputs, place.name_of)


def _pieces(inputs: Inputs) -> int:
    return ceil(sum(path.stat().st_size for path in _read(inputs)) / BYTES_PER_PARTITION)


def _read(inputs: Inputs) -> Iterator[Path]:
    yield inputs.roster
    for each in inputs.batches:
        yield from filter(None, map(each.file, ("life.parquet", "loss.parquet")))


def _run(session: Session, step: Step, parameters: Mapping[str, int], place: Workplace) -> None:
    rows = session.spark.sql(in_spark(step.filled(parameters)))
    if step.name in KEPT | SELDOM:
        rows = kept(session.spark, rows, place.folder(step.name))
    if step.name in SELDOM and rows.isEmpty():
        rows = rows.where("false")
    rows.createOrReplaceTempView(step.name)
