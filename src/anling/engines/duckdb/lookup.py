"""Reads what a run and its ingested store hold of a few people: for `explain`, which decides them once more.

The store is sorted by number, so that asking for one number touches one row group of each file.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from datetime import date, timedelta
from pathlib import Path
from types import TracebackType
from typing import Any, NamedTuple, Self

from anling.engines.duckdb.session import Session, literal
from anling.matching.inputs import BatchFiles
from anling.matching.parameters import EPOCH

MEMORY = "1GB"
Place = tuple[str, str, str]
"""Feed, batch and row_id: where a record comes from."""


class RosterRow(NamedTuple):
    """One row of the ingested roster, compared or not. Months are counted as Month.index; key None: tied to nothing."""

    person_no: str
    benefit_no: str
    key: int | None
    id_text: str
    name: str
    birth_date: date | None
    scheme: str
    region: str
    application_month: int | None
    approval_month: int | None
    benefit_start: int | None
    last_pass_month: int | None
    pay_status: str
    compared: bool


class LifeRow(NamedTuple):
    """A life sign of the ingested store; the grade follows from its code."""

    feed: str
    batch: str
    key: int
    day: date
    code: str
    row_id: str
    name: str


class LossRow(NamedTuple):
    """A loss sign, a release or a revocation of the ingested store; key None: no number."""

    feed: str
    batch: str
    key: int | None
    day: date
    end_day: date | None
    code: str
    row_id: str
    name: str
    id_text: str


class OtherRow(NamedTuple):
    """A hint, or a record that proves nothing."""

    feed: str
    batch: str
    key: int
    day: date
    code: str
    row_id: str
    name: str


class LeadRow(NamedTuple):
    """A lead of evidence.parquet whose number is not the person's: near_id or no_id."""

    person_no: str
    feed: str
    batch: str
    row_id: str
    identity: str


class StoredDecision(NamedTuple):
    """One row of decisions.parquet, as it was written."""

    benefit_no: str
    person_no: str
    list: str
    pass_month: str | None
    reasons: tuple[str, ...]
    deciding: frozenset[Place]


class Lookup:
    """The store's roster and batches of one run, opened for a few questions: `with Lookup(...) as lookup`.

    Every question takes the values asked for; None asks for all of them, which is for small provinces.
    Raises EngineError where a file of the store is gone.
    """

    def __init__(self, roster: Path, batches: Sequence[BatchFiles], *, temp: Path | None = None) -> None:
        self._roster = roster
        self._batches = tuple(batches)
        self._session = Session(memory_limit=MEMORY, temp=temp)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._session.close()

    def people(self, person_nos: Collection[str] | None) -> list[RosterRow]:
        """The roster's rows of some person numbers, ended benefits included, by benefit_no."""
        return self._roster_rows(_among("person_no", person_nos))

    def holders(self, keys: Collection[int] | None) -> list[RosterRow]:
        """Every compared row under some numbers, whoever holds them."""
        return self._roster_rows(f"compared AND {_among('key', keys)}")

    def decisions(self, file: Path, person_nos: Collection[str] | None) -> list[StoredDecision]:
        """The stored decisions of some people, by benefit_no."""
        rows = self._session.rows(
            "SELECT benefit_no, person_no, list, pass_month, reasons, deciding"
            f" FROM read_parquet({literal(file)}) WHERE {_among('person_no', person_nos)} ORDER BY benefit_no"
        )
        return [
            StoredDecision(benefit_no, person_no, listed, pass_month, tuple(reasons or ()), _places(deciding or ()))
            for benefit_no, person_no, listed, pass_month, reasons, deciding in rows
        ]

    def leads(self, evidence: Path, person_nos: Collection[str] | None) -> list[LeadRow]:
        """The leads of some people that no number ties to them."""
        rows = self._session.rows(
            f"SELECT person_no, feed, batch, row_id, identity FROM read_parquet({literal(evidence)})"
            f" WHERE {_among('person_no', person_nos)} AND identity IN ('near_id', 'no_id')"
        )
        return [LeadRow(*row) for row in rows]

    def life(self, keys: Collection[int] | None) -> list[LifeRow]:
        """The life signs under some numbers."""
        rows = self._signs(
            "life.parquet", "key, mark >> 8, code::VARCHAR, row_id, coalesce(name, '')", _among("key", keys)
        )
        return [LifeRow(feed, batch, key, _day(day), *rest) for feed, batch, key, day, *rest in rows]

    def other(self, keys: Collection[int] | None) -> list[OtherRow]:
        """Hints and records that prove nothing, under some numbers."""
        condition = f"key IS NOT NULL AND {_among('key', keys)}"
        rows = self._signs("other.parquet", "key, day, code::VARCHAR, row_id, coalesce(name, '')", condition)
        return [OtherRow(feed, batch, key, _day(day), *rest) for feed, batch, key, day, *rest in rows]

    def loss(self, keys: Collection[int] | None) -> list[LossRow]:
        """Loss signs, releases and revocations under some numbers; None: all, those without a number too."""
        return self._loss(self._batches, _among("key", keys))

    def loss_at(self, places: Iterable[Place]) -> list[LossRow]:
        """The loss signs at some places, whatever their number."""
        wanted: dict[tuple[str, str], list[str]] = {}
        for feed, batch, row_id in places:
            wanted.setdefault((feed, batch), []).append(row_id)
        found = [each for each in self._batches if (each.feed, each.batch) in wanted]
        return [row for each in found for row in self._loss((each,), _among("row_id", wanted[each.feed, each.batch]))]

    def _loss(self, batches: Sequence[BatchFiles], condition: str) -> list[LossRow]:
        columns = "key, day, end_day, code::VARCHAR, row_id, coalesce(name, ''), coalesce(id_text, '')"
        rows = self._signs("loss.parquet", columns, condition, batches)
        return [
            LossRow(feed, batch, key, _day(day), None if end is None else _day(end), *rest)
            for feed, batch, key, day, end, *rest in rows
        ]

    def _roster_rows(self, condition: str) -> list[RosterRow]:
        columns = ", ".join(RosterRow._fields)
        kept = f"SELECT *, coalesce(odd_id, id_raw) AS id_text FROM read_parquet({literal(self._roster)})"
        rows = self._session.rows(f"SELECT {columns} FROM ({kept}) WHERE {condition} ORDER BY benefit_no")
        return [RosterRow(*row) for row in rows]

    def _signs(
        self, file: str, columns: str, condition: str, batches: Sequence[BatchFiles] | None = None
    ) -> list[tuple[Any, ...]]:
        """Rows of one file of many batches, led by their feed and batch."""
        asked = [each for each in (self._batches if batches is None else batches) if each.file(file)]
        if not asked:
            return []
        files = ", ".join(literal(each.folder / file) for each in asked)
        rows = self._session.rows(f"SELECT file_index, {columns} FROM read_parquet([{files}]) WHERE {condition}")
        return [(asked[place].feed, asked[place].batch, *row) for place, *row in rows]


def _among(column: str, values: Collection[str] | Collection[int] | None) -> str:
    if values is None:
        return "true"
    if not values:
        return "false"
    listed = ", ".join(literal(value) if isinstance(value, str) else str(value) for value in values)
    return f"{column} IN ({listed})" if len(values) > 1 else f"{column} = {listed}"


def _day(number: int) -> date:
    return EPOCH + timedelta(days=number)


def _places(structs: Iterable[dict[str, str]]) -> frozenset[Place]:
    return frozenset((each["feed"], each["batch"], each["row_id"]) for each in structs)
