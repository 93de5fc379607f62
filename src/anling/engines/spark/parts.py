"""What Spark has found, laid down as files by ranges of people, and read again range by range."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import pairwise
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from pyspark.sql import DataFrame, SparkSession

from anling.engines.results.results import Found
from anling.engines.spark.session import Session
from anling.engines.spark.workplace import Workplace
from anling.rules.evidence import Scheme

PEOPLE_PER_PART = 1 << 18
"""People whose rows are put together at a time: about 200 MB at the height of it."""
_FILES_PER_PART = 16
"""So many files of a part are read as fast as one."""

_SELECT: Mapping[str, str] = {
    "decision": "SELECT pos, person_seq, by_double, rule, reason_bits, pass_day FROM decision",
    "deciding_life": """SELECT person_seq, record, mark, CAST(CASE WHEN is_variant THEN 1 ELSE 0 END
        + CASE WHEN is_stranger THEN 2 ELSE 0 END + CASE WHEN contradicts THEN 4 ELSE 0 END AS TINYINT) AS flags
        FROM deciding_life""",
    "deciding_loss": """SELECT person_seq, batch_no, row_id, sign, grade, day, end_day, identity, why_not, decides,
        decides_double FROM deciding_loss""",
}
_FORMS: Mapping[str, pa.Schema] = {
    "decision": pa.schema(
        [("pos", pa.int64()), ("person_seq", pa.int32()), ("by_double", pa.bool_()), ("rule", pa.int32()),
         ("reason_bits", pa.int32()), ("pass_day", pa.int32())]
    ),
    "deciding_life": pa.schema(
        [("person_seq", pa.int32()), ("record", pa.int64()), ("mark", pa.int32()), ("flags", pa.int8())]
    ),
    "deciding_loss": pa.schema(
        [("person_seq", pa.int32()), ("batch_no", pa.int32()), ("row_id", pa.string()), ("sign", pa.string()),
         ("grade", pa.string()), ("day", pa.int32()), ("end_day", pa.int32()), ("identity", pa.string()),
         ("why_not", pa.string()), ("decides", pa.bool_()), ("decides_double", pa.bool_())]
    ),
}  # fmt: skip


class Parts:
    """The relations of a run's results, laid down where the workers write.

    roster: the ingested roster.parquet. pieces: into how many the run's work is dealt out.
    """

    def __init__(self, session: Session, roster: Path, place: Workplace, *, pieces: int) -> None:
        self._session, self._roster, self._place, self._tasks = session, roster, place, pieces

    def lay_down(self, name: str) -> None:
        """Write one relation of matching.steps.RESULTS in parts.

        Few tasks write a file each into every part; of many, one alone writes into a part, to which rows are dealt out.
        """
        few = self._tasks <= _FILES_PER_PART
        hint, dealt = (f"/*+ COALESCE({self._tasks}) */", "") if few else ("", "DISTRIBUTE BY part")
        rows = f"SELECT {hint} *, CAST(person_seq DIV {PEOPLE_PER_PART} AS INT) AS part FROM ({_SELECT[name]}) {dealt}"
        self._session.run(
            lambda: self._session.spark.sql(rows).write.partitionBy("part").parquet(self._place.folder(name))
        )

    def each(self) -> Iterator[Found]:
        """The parts in the order of the roster store; no other part is held meanwhile."""
        for part, rows in self._rows():
            yield Found(rows, *(self._read(name, part) for name in ("decision", "deciding_life", "deciding_loss")))

    def _read(self, name: str, part: int) -> pa.Table:
        with self._place.found(f"{name}/part={part}") as folder:
            if folder is None:
                return _FORMS[name].empty_table()
            return pq.read_table(folder, partitioning=None).cast(_FORMS[name])

    def _rows(self) -> Iterator[tuple[int, pa.Table]]:
        """The compared rows of each part."""
        part = 0
        held: list[pa.Table] = []
        for rows in self._pieces():
            parts = rows["person_seq"].to_numpy() // PEOPLE_PER_PART
            last = int(parts[-1])
            ends = np.searchsorted(parts, np.arange(part, last + 1), side="right").tolist()
            for begin, end in pairwise([0, *ends]):
                held.append(rows.slice(begin, end - begin))
                if part < last:
                    yield part, _compared(held)
                    part, held = part + 1, []
        if held:
            yield part, _compared(held)

    def _pieces(self) -> Iterator[pa.Table]:
        """The roster's rows with their places, in its order, in which person_seq ascends."""
        begin = 0
        with pq.ParquetFile(self._roster) as file:
            for batch in file.iter_batches(columns=["benefit_no", "person_no", "scheme", "person_seq", "compared"]):
                rows = pa.Table.from_batches([batch])
                yield rows.append_column("pos", pa.array(np.arange(begin, begin + len(rows))))
                begin += len(rows)


def kept(spark: SparkSession, rows: DataFrame, folder: str) -> DataFrame:
    """The same rows, worked out and laid down: whoever reads them starts from files, whatever becomes of a worker."""
    rows.write.parquet(folder)
    return spark.read.schema(rows.schema).parquet(folder)


def _compared(pieces: list[pa.Table]) -> pa.Table:
    rows = pa.concat_tables(pieces)
    rows = rows.filter(rows["compared"])
    is_resident = pc.equal(rows["scheme"], Scheme.RESIDENT.value)
    return rows.select(["pos", "benefit_no", "person_no"]).append_column("is_resident", is_resident)
