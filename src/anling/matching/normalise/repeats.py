"""Record numbers that come more than once in a file.

Most registers export in the order of their numbers: where every number is greater than the one before, none repeats.
Elsewhere equal hashes are looked for first, which are few, then the texts themselves are compared.
"""

from collections.abc import Callable, Iterable

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from anling.matching.normalise.texts import Texts, missing


def repeats(columns: Callable[[], Iterable[pa.Array]]) -> NDArray[np.intp]:
    """Places of all texts that came before in the same file, ascending; a missing text repeats nothing.

    columns: gives the file's column in pieces, each time it is called from the beginning.
    """
    if _ascending(columns()):
        return np.zeros(0, np.intp)
    hashes = np.concatenate([np.zeros(0, np.uint64), *map(_hashes, columns())])
    ordered = np.sort(hashes)
    again = np.unique(ordered[1:][ordered[1:] == ordered[:-1]])
    if not len(again):
        return np.zeros(0, np.intp)
    doubtful = np.flatnonzero(np.isin(hashes, again))
    return _told_apart(columns(), doubtful)


def _ascending(columns: Iterable[pa.Array]) -> bool:
    """Whether every text of the file is greater than the one before it, and none is missing."""
    last = None
    for column in columns:
        if not len(column):
            continue
        rising = pc.less(column.slice(0, len(column) - 1), column.slice(1))
        if (
            column.null_count
            or not pc.all(rising, min_count=0).as_py()
            or (last is not None and last >= column[0].as_py())
        ):
            return False
        last = column[-1].as_py()
    return True


def _hashes(column: pa.Array) -> NDArray[np.uint64]:
    """Of a missing text the hash is its place, so that it equals no other of its kind."""
    found = Texts.of(column).hashes()
    absent = np.flatnonzero(missing(column))
    found[absent] = absent.astype(np.uint64)
    return found


def _told_apart(columns: Iterable[pa.Array], doubtful: NDArray[np.intp]) -> NDArray[np.intp]:
    seen: set[str] = set()
    found: list[int] = []
    before = 0
    for column in columns:
        here = doubtful[np.searchsorted(doubtful, before) : np.searchsorted(doubtful, before + len(column))]
        for place, text in zip(here.tolist(), column.take(pa.array(here - before)).to_pylist(), strict=True):
            if text in seen:
                found.append(place)
            elif text is not None:
                seen.add(text)
        before += len(column)
    return np.array(found, np.intp)
