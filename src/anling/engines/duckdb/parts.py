"""A table too large to sort in memory, cut by key into parts that are not: each is a file until its turn comes."""

import shutil
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType
from typing import Self

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from anling.matching.normalise.roster_store import LAST


class Parts:
    """Rows gathered by key: `with Parts(folder, bounds) as parts`. bounds: the least key of every part but the first.

    Rows without a key belong to the last part. Without bounds there is one part, kept in memory.
    """

    def __init__(self, folder: Path, bounds: NDArray[np.int64]) -> None:
        self._folder = folder / "parts"
        self._bounds = bounds
        self._held: list[pa.Table] = []
        self._writers: dict[int, pa.RecordBatchStreamWriter] = {}

    def add(self, rows: pa.Table, chosen: NDArray[np.bool_]) -> None:
        """Put every chosen row where its key belongs, in the order they have."""
        if not len(self._bounds):
            self._held.append(rows if chosen.all() else rows.filter(pa.array(chosen)))
            return
        places = np.flatnonzero(chosen)
        keys = rows.column("key").fill_null(LAST).to_numpy()[places]
        part_of = np.searchsorted(self._bounds, keys, side="right").astype(np.int16)
        by_part = rows.take(pa.array(places[np.argsort(part_of, kind="stable")]))
        counts = np.bincount(part_of, minlength=len(self._bounds) + 1)
        for part, (end, count) in enumerate(zip(np.cumsum(counts).tolist(), counts.tolist(), strict=True)):
            self._writer(part, rows.schema).write_table(by_part.slice(end - count, count))

    def each(self) -> Iterator[pa.Table]:
        """The parts by key."""
        for writer in self._writers.values():
            writer.close()
        if self._held:
            yield pa.concat_tables(self._held).unify_dictionaries()
        for part in sorted(self._writers):
            with pa.memory_map(str(self._path(part))) as file, pa.ipc.open_stream(file) as rows:
                yield rows.read_all().unify_dictionaries()
            self._path(part).unlink()

    def _writer(self, part: int, schema: pa.Schema) -> pa.RecordBatchStreamWriter:
        if part not in self._writers:
            self._folder.mkdir(exist_ok=True)
            self._writers[part] = pa.ipc.new_stream(str(self._path(part)), schema)
        return self._writers[part]

    def _path(self, part: int) -> Path:
        return self._folder / f"{part}.arrow"

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for writer in self._writers.values():
            writer.close()
        shutil.rmtree(self._folder, ignore_errors=True)
