"""From the relations of a slice to `decisions.parquet` and `evidence.parquet` (contracts.md, result of a run).

Engines hand the rows over as Arrow. The list of deciding records of each row is put together here by offsets into the
sorted records, since an aggregate of structs costs more than the whole matching.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from types import TracebackType
from typing import Self

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from anling.engines.results.arrays import Flags, Ints, array_of, days, flags_of, ints_of, written_words
from anling.engines.results.records import GRADES, IDENTITIES, NO_DAY, REASONS, SIGNS, Records
from anling.engines.results.row_ids import RowIds
from anling.matching.inputs import Inputs
from anling.matching.parameters import EPOCH, reasons_of
from anling.rules.evidence import ListName, Scheme
from anling.rules.months import Month

LIST_OF_RULE = {
    3: ListName.TO_VERIFY, 4: ListName.LOST, 5: ListName.TO_VERIFY, 6: ListName.ELIGIBLE, 7: ListName.NO_EVIDENCE,
}  # fmt: skip
"""The number of the rule that decided (domain.md, section 2) → the list it puts the row on."""

# few distinct words in millions of rows travel and are written as dictionaries; readers see plain strings
_WORD = pa.dictionary(pa.int32(), pa.string())
_TEXT = pa.large_string()
_RECORD = pa.struct([("feed", _WORD), ("batch", _WORD), ("row_id", _TEXT)])
DECISIONS = pa.schema(
    [
        ("benefit_no", _TEXT),
        ("person_no", _TEXT),
        ("scheme", _WORD),
        ("list", _WORD),
        ("pass_month", _WORD),
        ("reasons", pa.list_(pa.string())),
        ("deciding", pa.list_(_RECORD)),
    ]
)
EVIDENCE = pa.schema(
    [
        ("person_no", _TEXT),
        ("feed", _WORD),
        ("batch", _WORD),
        ("row_id", _TEXT),
        ("sign", _WORD),
        ("grade", _WORD),
        ("event_date", pa.date32()),
        ("end_date", pa.date32()),
        ("identity", _WORD),
        ("usable", pa.bool_()),
        ("why_not", _WORD),
    ]
)
_WORDS = ["scheme", "list", "pass_month", "reasons.list.element", "deciding.list.element.feed",
          "deciding.list.element.batch", "feed", "batch", "sign", "grade", "identity", "why_not"]  # fmt: skip
_SOUGHT = ["benefit_no", "person_no", "event_date"]
"""Columns that readers filter by; of the others no statistics are kept."""
_ROWS_PER_GROUP = 1 << 18
_PAGE = 1 << 24
"""Bytes: a page per column and group is enough, since the files are read by group; each page more costs time."""


@dataclass
class Totals:
    """Rows of the decisions by list and by reason, rows of evidence, deciding records over all rows."""

    decisions: int = 0
    evidence: int = 0
    deciding: int = 0
    lists: Counter[str] = field(default_factory=Counter)
    reasons: Counter[str] = field(default_factory=Counter)


@dataclass(frozen=True, slots=True)
class Found:
    """What the relations of matching.steps.RESULTS say of a range of people, in any order.

    rows: pos, benefit_no, person_no, is_resident of the compared rows. decision: pos, person_seq, by_double, rule,
    reason_bits, pass_day. life: person_seq, record, mark and flags (1 under a variant of the name, 2 under another
    name, 4 contradicts a loss). loss: the columns of `deciding_loss`.
    """

    rows: pa.Table
    decision: pa.Table
    life: pa.Table
    loss: pa.Table


class Results:
    """The two files of a run while they are being written, range after range, in the order of the roster store."""

    def __init__(self, out: Path, inputs: Inputs) -> None:
        self.totals = Totals()
        self._feeds = Words.of([each.feed for each in inputs.batches])
        self._batches = Words.of([each.batch for each in inputs.batches])
        self._row_ids = RowIds([each.folder / "life.parquet" for each in inputs.batches])
        self._decisions = _writer(out / "decisions.parquet", DECISIONS)
        self._evidence = _writer(out / "evidence.parquet", EVIDENCE)

    def add(self, found: Found) -> None:
        """Write what was found about a range of people; ranges come in the order of the roster store."""
        rows = _in_order(found.rows)
        if rows.num_rows == 0:
            return
        decision = _in_order(found.decision)
        records = Records.of(found.life, found.loss, self._row_ids)
        people = Rows(ints_of(decision["person_seq"]), flags_of(decision["by_double"]))
        owners = people.first_of(records)
        self._evidence.write_table(self._evidence_rows(rows, owners, records), row_group_size=_ROWS_PER_GROUP)
        deciding = self._deciding(records, *people.deciding(records, owners))
        self._decisions.write_table(self._decision_rows(rows, decision, deciding), row_group_size=_ROWS_PER_GROUP)

    def close(self) -> None:
        """Finish both files; without this they cannot be read."""
        self._decisions.close()
        self._evidence.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _evidence_rows(self, rows: pa.Table, owners: Ints, records: Records) -> pa.Table:
        self.totals.evidence += len(records)
        person_no = array_of(rows["person_no"], _TEXT)
        feed, batch = self._where(records.batch_no)
        columns = [
            person_no.take(pa.array(owners)),
            feed,
            batch,
            records.row_id,
            written_words(records.sign, SIGNS),
            written_words(records.grade, GRADES),
            days(records.day),
            days(records.end, records.end == NO_DAY),
            written_words(records.identity, IDENTITIES),
            pa.array(records.why_not == 0),
            written_words(records.why_not, REASONS),
        ]
        return pa.table(columns, schema=EVIDENCE)

    def _decision_rows(self, rows: pa.Table, decision: pa.Table, deciding: pa.Array) -> pa.Table:
        rules, bits = array_of(decision["rule"]), array_of(decision["reason_bits"])
        self._count(rules, bits)
        columns = [
            array_of(rows["benefit_no"], _TEXT),
            array_of(rows["person_no"], _TEXT),
            written_words(flags_of(rows["is_resident"]).astype(np.int32), tuple(Scheme)),
            written_words(_LIST_PLACES[ints_of(rules)], tuple(ListName)),
            _pass_months(array_of(decision["pass_day"])),
            _reasons(bits),
            deciding,
        ]
        return pa.table(columns, schema=DECISIONS)

    def _deciding(self, records: Records, offsets: Ints, places: Ints) -> pa.Array:
        """The deciding records of every row: offsets into the deciding records, sorted by person as the rows are."""
        self.totals.deciding += len(places)
        feed, batch = self._where(records.batch_no[places])
        struct = pa.StructArray.from_arrays([feed, batch, records.row_id.take(pa.array(places))], fields=list(_RECORD))
        return pa.ListArray.from_arrays(pa.array(offsets, pa.int32()), struct)

    def _where(self, batch_no: np.ndarray[tuple[int], np.dtype[np.int32]]) -> tuple[pa.Array, pa.Array]:
        """Feed and batch of each record: where anybody finds its row_id again."""
        return self._feeds.at(batch_no), self._batches.at(batch_no)

    def _count(self, rules: pa.Array, bits: pa.Array) -> None:
        self.totals.decisions += len(rules)
        for rule, rows in _counts(rules):
            self.totals.lists[LIST_OF_RULE[rule].value] += rows
        for mask, rows in _counts(bits):
            for reason in reasons_of(mask):
                self.totals.reasons[reason.value] += rows


@dataclass(frozen=True, slots=True)
class Words:
    """Words by place, of which several may be the same. A dictionary that says a word twice is written word by word."""

    distinct: pa.Array
    index: np.ndarray[tuple[int], np.dtype[np.int32]]

    @classmethod
    def of(cls, words: Sequence[str]) -> Self:
        """From the word of each place."""
        distinct, index = np.unique(np.array(words, object), return_inverse=True)
        return cls(pa.array(distinct, pa.string()), index.astype(np.int32))

    def at(self, places: np.ndarray[tuple[int], np.dtype[np.int32]]) -> pa.Array:
        """The words at some places."""
        return pa.DictionaryArray.from_arrays(pa.array(self.index[places]), self.distinct)


@dataclass(frozen=True, slots=True)
class Rows:
    """The decision rows, ascending by person: whose they are, and which are lost by a proven double benefit."""

    person_seq: Ints
    by_double: Flags

    def first_of(self, records: Records) -> Ints:
        """For each record the first row of the person it belongs to; both are ascending by person."""
        if not len(self.person_seq):
            return np.zeros(0, np.int64)
        least = int(self.person_seq[0])
        first = np.zeros(int(self.person_seq[-1]) - least + 1, np.int64)
        first[self.person_seq[::-1] - least] = np.arange(len(self.person_seq))[::-1]  # the last one written stays
        return first[records.person_seq - least]

    def deciding(self, records: Records, first: Ints) -> tuple[Ints, Ints]:
        """Offsets (one more than rows) and the places of the deciding records, row by row.

        Nearly every person has one row. So the records are dealt to the first row of each, and the few other rows
        get theirs put in between.
        """
        decides, decides_double = records.decides, records.decides_double
        places = np.flatnonzero(np.where(self.by_double[first], decides_double, decides))
        counts = np.bincount(first[places], minlength=len(self.person_seq))
        others = np.flatnonzero(self.person_seq[1:] == self.person_seq[:-1]) + 1
        theirs = [
            _between(begin, end, decides_double if self.by_double[row] else decides)
            for row, begin, end in zip(others.tolist(), *self._spans(others, records.person_seq), strict=True)
        ]
        before = np.cumsum(counts)[others]
        counts[others] = [len(each) for each in theirs]
        if theirs:
            places = np.insert(places, np.repeat(before, counts[others]), np.concatenate(theirs))
        return np.concatenate([[0], np.cumsum(counts)]), places

    def _spans(self, rows: Ints, owners: Ints) -> tuple[list[int], list[int]]:
        """Where the records of the people of some rows begin and end."""
        people = self.person_seq[rows]
        return np.searchsorted(owners, people).tolist(), np.searchsorted(owners, people, side="right").tolist()


def _between(begin: int, end: int, marked: Flags) -> Ints:
    return begin + np.flatnonzero(marked[begin:end])


_LIST_PLACES = np.array(
    [tuple(ListName).index(LIST_OF_RULE[rule]) if rule in LIST_OF_RULE else -1 for rule in range(8)]
)


def _writer(file: Path, schema: pa.Schema) -> pq.ParquetWriter:
    # words are small as dictionaries, and numbers of rows and people hardly shrink: compressing is not worth its time
    return pq.ParquetWriter(
        file, schema, compression="none", use_dictionary=_WORDS, write_statistics=_SOUGHT, store_schema=False,
        data_page_size=_PAGE, max_rows_per_page=_ROWS_PER_GROUP, write_batch_size=1 << 15,
    )  # fmt: skip


def _in_order(rows: pa.Table) -> pa.Table:
    """Rows as the roster store has them, whatever order the engine's threads left them in."""
    pos = ints_of(rows["pos"])
    return rows if np.all(pos[1:] > pos[:-1]) else rows.take(pa.array(np.argsort(pos)))


def _counts(values: pa.Array) -> list[tuple[int, int]]:
    return [(each["values"], each["counts"]) for each in pc.value_counts(values).to_pylist()]


def _reasons(bits: pa.Array) -> pa.Array:
    encoded = pc.dictionary_encode(bits)
    words = [[reason.value for reason in reasons_of(mask)] for mask in encoded.dictionary.to_pylist()]
    return pa.array(words, pa.list_(pa.string())).take(encoded.indices)


def _pass_months(day_numbers: pa.Array) -> pa.Array:
    """Day numbers as yyyy-MM, null where there is none. Only the distinct days are turned into words."""
    encoded = pc.dictionary_encode(day_numbers)
    months = Words.of([str(Month.of_date(EPOCH + timedelta(days=day))) for day in encoded.dictionary.to_pylist()])
    return pa.DictionaryArray.from_arrays(pa.array(months.index).take(encoded.indices), months.distinct)
