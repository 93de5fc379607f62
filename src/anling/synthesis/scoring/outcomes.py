"""What a run decided about each person, set beside what is really so."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from anling.synthesis.calendar import day_number
from anling.synthesis.columns import NEVER, Bools, Ints
from anling.synthesis.scoring.manifest import Run

LISTS = ("lost", "to_verify", "eligible", "no_evidence")
LOST, TO_VERIFY, ELIGIBLE, NO_EVIDENCE = range(4)
SCHEMES = ("employee", "resident")
DATED_BY_END = ("insurance_inpatient",)
"""Feeds whose stays count at their end date (contracts.md)."""


@dataclass(frozen=True)
class Truth:
    """Arrays over the people of truth.parquet; days since 1970-01-01, NEVER where there is none."""

    person_no: pa.Array
    death: Ints
    custody_from: Ints
    custody_to: Ints
    missing_from: Ints
    double: Bools
    two_departments_on: Ints
    due: Bools
    trap: Ints
    traps: tuple[str, ...]

    def __len__(self) -> int:
        return len(self.person_no)


def read_truth(path: Path) -> Truth:
    """The truth of a synthetic province. Raises ValueError where the file is absent or lacks a column."""
    table = _table(path, ["person_no", "alive", "death_date", "custody_from", "custody_to", "double_benefit", "trap"])
    trap = table["trap"].combine_chunks().dictionary_encode()
    optional = pq.read_table(path, columns=[name for name in _OPTIONAL if name in pq.read_schema(path).names])
    count = table.num_rows

    def days(name: str) -> Ints:
        source = table if name in table.column_names else optional
        return _days(source[name]) if name in source.column_names else np.full(count, NEVER, dtype=np.int64)

    due = optional["due"].to_numpy() if "due" in optional.column_names else np.zeros(count)
    return Truth(
        person_no=table["person_no"].combine_chunks(), death=days("death_date"), custody_from=days("custody_from"),
        custody_to=days("custody_to"), missing_from=days("missing_from"),
        double=table["double_benefit"].to_numpy().astype(np.bool_), two_departments_on=days("two_departments_on"),
        due=due.astype(np.bool_), trap=pc.fill_null(trap.indices, -1).to_numpy(),
        traps=tuple(trap.dictionary.to_pylist()),
    )  # fmt: skip


_OPTIONAL = ("missing_from", "two_departments_on", "due")


def _table(path: Path, columns: list[str]) -> pa.Table:
    if not path.is_file():
        raise ValueError(f"{path} does not exist: name the folder or file that synth or compare has written")
    absent = sorted(set(columns) - set(pq.read_schema(path).names))
    if absent:
        raise ValueError(f"{path} has no column {absent[0]}: it was not written by synth or compare")
    return pq.read_table(path, columns=columns)


def _days(column: pa.ChunkedArray) -> Ints:
    whole = column.cast(pa.date32()).cast(pa.int32()).fill_null(NEVER).to_numpy()
    return np.asarray(whole, dtype=np.int64)


@dataclass(frozen=True)
class Decisions:
    """The rows of decisions.parquet: position in the truth, list and scheme."""

    who: Ints
    list: Ints
    scheme: Ints

    def where(self, chosen: Bools) -> "Decisions":
        """Some of the rows."""
        return Decisions(self.who[chosen], self.list[chosen], self.scheme[chosen])


def read_decisions(path: Path, truth: Truth) -> Decisions:
    """Every decision with its person's place in the truth.

    Raises ValueError where the truth belongs to another province, or a list or scheme has another name.
    """
    table = _table(path, ["person_no", "scheme", "list"])
    who = pc.index_in(table["person_no"], value_set=truth.person_no)
    if who.null_count:
        raise ValueError(f"{who.null_count:,} people of {path} are not in the truth: it is of another province")
    return Decisions(who.to_numpy(), _positions(table["list"], LISTS, path), _positions(table["scheme"], SCHEMES, path))


def _positions(column: pa.ChunkedArray, words: tuple[str, ...], path: Path) -> Ints:
    found = pc.index_in(column.cast(pa.string()), value_set=pa.array(words))
    if found.null_count:
        raise ValueError(f"{path} has a value other than {', '.join(words)}: it was not written by compare")
    positions: Ints = found.to_numpy()
    return positions


@dataclass(frozen=True)
class Traces:
    """What the evidence says of each person: first delivery of a record of the death, newest deciding life sign."""

    first_report: Ints
    newest_life: Ints


def read_evidence(path: Path, truth: Truth, run: Run) -> Traces:
    """Read the evidence of the dead in a stream; only they are asked about."""
    dead = np.flatnonzero(truth.death < NEVER)
    names = truth.person_no.take(pa.array(dead))
    first = np.full(len(truth), NEVER, dtype=np.int64)
    newest = np.full(len(truth), -NEVER, dtype=np.int64)
    for batch in _evidence(path):
        place = pc.index_in(batch["person_no"], value_set=names)
        part = batch.filter(place.is_valid())
        who = dead[place.drop_null().to_numpy()]
        sign = part["sign"].cast(pa.string())
        report = pc.and_(pc.equal(sign, "death"), pc.invert(_void(part["why_not"]))).to_numpy(zero_copy_only=False)
        np.minimum.at(first, who[report], run.delivered(part["feed"], part["batch"])[report])
        life = pc.equal(sign, "life").to_numpy(zero_copy_only=False)
        np.maximum.at(newest, who[life], _counting_day(part)[life])
    return Traces(first, newest)


def _evidence(path: Path) -> Iterator[Any]:
    columns = ["person_no", "feed", "batch", "sign", "event_date", "end_date", "why_not"]
    if not path.is_file():
        raise ValueError(f"{path} does not exist: name the folder that compare has written")
    with pq.ParquetFile(path) as file:
        absent = sorted(set(columns) - set(file.schema_arrow.names))
        if absent:
            raise ValueError(f"{path} has no column {absent[0]}: it was not written by compare")
        yield from file.iter_batches(batch_size=1 << 18, columns=columns)


_VOID = pa.array(["before_birth", "after_as_of", "revoked", "released", "term_ended"])


def _void(why_not: pa.Array) -> pa.Array:
    """Whether a record counts for nothing, not even as a lead."""
    return pc.is_in(why_not.cast(pa.string()), value_set=_VOID)


def _counting_day(part: Any) -> Ints:
    """The date that counts of each record."""
    by_end = pc.is_in(part["feed"].cast(pa.string()), value_set=pa.array(DATED_BY_END))
    day = pc.if_else(by_end, pc.coalesce(part["end_date"], part["event_date"]), part["event_date"])
    days: Ints = day.cast(pa.date32()).cast(pa.int32()).to_numpy(zero_copy_only=False)
    return days.astype(np.int64)


def in_force(truth: Truth, as_of: date) -> Bools:
    """Whether pay rightly pauses for another reason than death: in custody, or missing, on the as-of day."""
    today = day_number(as_of)
    held: Bools = (truth.custody_from <= today) & (truth.custody_to >= today)
    return held | (truth.missing_from <= today)
