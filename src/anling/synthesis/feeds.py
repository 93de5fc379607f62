"""The feeds as files: rows of a chunk laid out as the department's columns and handed to the month's batch."""

from pathlib import Path

import numpy as np
import pyarrow as pa

from anling.synthesis import activity, loss
from anling.synthesis.activity import Traits
from anling.synthesis.calendar import Calendar, day_number
from anling.synthesis.chunk import DEATH_FEEDS, Chunk
from anling.synthesis.columns import NEVER, Ints, dates, numbered
from anling.synthesis.departments import Department
from anling.synthesis.files import BatchFile, suffix
from anling.synthesis.people import COUNTIES
from anling.synthesis.rows import NO_DAY, Rows, join
from anling.synthesis.writing import as_written

SEXES = pa.array(["9", "1", "2"])
_COUNTIES = pa.array(COUNTIES)
_COMMON = [
    ("row_id", pa.string()), ("id_number", pa.string()), ("name", pa.string()), ("event_date", pa.date32()),
    ("end_date", pa.date32()), ("code", pa.string()),
]  # fmt: skip
_DESCRIBED = [("birth_date", pa.date32()), ("sex", pa.string()), ("region", pa.string())]


def schema_of(department: Department) -> pa.Schema:
    """The columns of a department's files (contracts.md, feeds)."""
    return pa.schema(_COMMON + _DESCRIBED if department.describes else _COMMON)


class FeedFiles:
    """All batches of one feed, open at once; every chunk adds its rows to each."""

    def __init__(self, folder: Path, department: Department, when: Calendar, form: str, encoding: str) -> None:
        self.department = department
        self._when = when
        self._batches = when.batches(department.delay_days)
        self._schema = schema_of(department)
        place = folder / department.feed
        place.mkdir(parents=True)
        self._files = [
            BatchFile(place / (batch.name + suffix(form)), self._schema, encoding, department.feed, batch)
            for batch in self._batches
        ]

    @property
    def rows(self) -> int:
        """Rows written so far."""
        return sum(file.rows for file in self._files)

    def add(self, chunk: Chunk, traits: Traits, delivered: Ints) -> None:
        """Make the chunk's rows, write them, and note in `delivered` when exact death records were handed over."""
        rows = as_written(chunk, _rows(chunk, traits, self.department.feed))
        batch = self._when.batch_of(rows.arrival, self._batches)
        _note_deaths(chunk, rows, batch, self, delivered)
        order = np.argsort((rows.arrival - self._when.first + 1000).astype(np.uint16), kind="stable")
        order = order[batch[order] >= 0]
        rows, batch = rows.where(order), batch[order]
        table = self._table(chunk, rows)
        edges = np.searchsorted(batch, np.arange(len(self._batches) + 1))
        for file, start, stop in zip(self._files, edges[:-1].tolist(), edges[1:].tolist(), strict=True):
            if stop > start:
                file.write(self._numbered(table.slice(start, stop - start), file.rows))

    def delivery_days(self) -> Ints:
        """The day on which each batch is handed over."""
        return np.array([day_number(batch.delivered_on) for batch in self._batches], dtype=np.int64)

    def close(self) -> None:
        """Finish every batch."""
        for file in self._files:
            file.close()

    def _numbered(self, table: pa.Table, start: int) -> pa.Table:
        return table.add_column(0, self._schema.field(0), numbered("r", start + np.arange(table.num_rows), 8))

    def _table(self, chunk: Chunk, rows: Rows) -> pa.Table:
        columns = [
            chunk.numbers.at(rows.number),
            chunk.names.at(rows.name),
            dates(rows.day),
            dates(rows.end, rows.end == NO_DAY),
            pa.array(self.department.codes).take(pa.array(rows.code)),
        ]
        if self.department.describes:
            people = chunk.people
            columns.append(dates(people.birth[rows.who]))
            columns.append(SEXES.take(pa.array(people.sex[rows.who])))
            columns.append(_COUNTIES.take(pa.array(people.region[rows.who])))
        return pa.table(columns, schema=pa.schema(list(self._schema)[1:]))


def _rows(chunk: Chunk, traits: Traits, feed: str) -> Rows:
    parts = [loss.planted(chunk, feed)]
    if feed in activity.WEIGHTS:
        parts.append(activity.life_signs(chunk, traits, feed))
    if feed in DEATH_FEEDS:
        parts.append(loss.death_rows(chunk, feed))
    made = join(parts)
    made.arrival = np.maximum(made.arrival, np.maximum(made.day, np.where(_ends_count(feed), made.end, NO_DAY)))
    return made


def _ends_count(feed: str) -> bool:
    """Whether a row cannot be written before its end date: stays yes, prison terms no."""
    return feed == "insurance_inpatient"


def _note_deaths(chunk: Chunk, rows: Rows, batch: Ints, files: FeedFiles, delivered: Ints) -> None:
    """Remember for each dead person when the source first handed over an exact record of the death."""
    feed = files.department.feed
    if feed not in DEATH_FEEDS:
        return
    code = files.department.codes.index("died" if feed == "insurance_inpatient" else files.department.codes[0])
    exact = (chunk.numbers.denotes(rows.number) == rows.who) & (chunk.names.denotes(rows.name) == rows.who)
    told = (rows.code == code) & (batch >= 0) & exact & (chunk.people.death[rows.who] < NEVER)
    source = DEATH_FEEDS.index(feed)
    np.minimum.at(delivered[:, source], rows.who[told], files.delivery_days()[batch[told]])
