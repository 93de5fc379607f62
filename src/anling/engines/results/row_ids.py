"""The row_ids of records that decide, fetched from the store once it is known which they are.

A run looks at all life signs and names a few of them. Carrying every sign's own text through the joins cost more
than that; a place in a file is one integer.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from anling.engines.results.arrays import Ints

POS_BITS = 32
"""A record is `batch_no << 32 | pos`: its batch, and its place in the batch's life.parquet."""

_NONE = pa.array([], pa.string())


class RowIds:
    """The row_ids of the life signs of some batches, numbered as in matching.inputs.Inputs.

    What a file says of its row groups is read once and kept: every slice asks again.
    """

    def __init__(self, files: Sequence[Path]) -> None:
        self._files = tuple(files)
        self._known: dict[int, tuple[pq.FileMetaData, Ints]] = {}

    def of(self, records: Ints) -> pa.Array:
        """The row_id of each record; records ascend. Only the row groups that hold one of them are read."""
        batches = records >> POS_BITS
        bounds = np.flatnonzero(np.diff(batches, prepend=-1, append=-1))
        parts = [
            self._of_batch(int(batches[begin]), records[begin:end] & ((1 << POS_BITS) - 1))
            for begin, end in zip(bounds[:-1].tolist(), bounds[1:].tolist(), strict=True)
        ]
        return pa.concat_arrays(parts or [_NONE]).cast(pa.large_string())

    def _of_batch(self, batch_no: int, places: Ints) -> pa.Array:
        metadata, begins = self._groups_of(batch_no)
        group = np.searchsorted(begins, places, side="right") - 1
        groups = np.flatnonzero(np.bincount(group, minlength=len(begins) - 1))
        with pq.ParquetFile(self._files[batch_no], metadata=metadata, memory_map=True) as file:
            read = file.read_row_groups(groups.tolist(), ["row_id"], use_threads=False).column(0)
        skipped = begins[groups] - np.cumsum([0, *np.diff(begins)[groups]])[:-1]
        chosen = pa.array(places - skipped[np.searchsorted(groups, group)])
        return read.combine_chunks().take(chosen)

    def _groups_of(self, batch_no: int) -> tuple[pq.FileMetaData, Ints]:
        """A file's metadata, and where each of its row groups begins; the last number is where the file ends."""
        if batch_no not in self._known:
            metadata = pq.read_metadata(self._files[batch_no], memory_map=True)
            sizes = [metadata.row_group(group).num_rows for group in range(metadata.num_row_groups)]
            self._known[batch_no] = metadata, np.cumsum([0, *sizes])
        return self._known[batch_no]
