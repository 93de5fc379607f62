"""Names of a whole column as hashes of their match keys (domain.md, section 3).

What a name means is said once, in `rules.names`: here the plain case is decided over whole columns, a name of
simplified Han that everybody can read and that is its own match key; every other name is put to the rules.
"""

from dataclasses import dataclass
from functools import cache, lru_cache

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from anling.matching.normalise.texts import Texts, hash_of, hashes_of
from anling.rules.names import WILDCARDS, match_key, simplified

PHRASE_CHARACTERS = "沈藉坏覆哩瞭衹甦"
"""Characters that OpenCC leaves alone by themselves and changes inside phrases: names with them take the slow way."""

HAN_BLOCK = range(0x4E00, 0xA000)
_REMEMBERED = 1 << 16


@dataclass(frozen=True, slots=True)
class Names:
    """A column of names. hashes: of their match keys, 0 where a key is empty.

    odd: the rows whose name is not plain; odd_keys: their match keys.
    """

    hashes: NDArray[np.int64]
    odd: NDArray[np.intp]
    odd_keys: pa.Array

    @classmethod
    def read(cls, column: pa.Array) -> "Names":
        """The names of a column of texts; null counts as empty."""
        texts = Texts.of(column)
        hashes = _kept(texts.hashes())
        odd = np.flatnonzero(~plain_names(texts))
        written = column.take(pa.array(odd)).fill_null("").dictionary_encode()
        keys = [_match_key(text) for text in written.dictionary.to_pylist()]
        hashed = np.where([key == "" for key in keys], 0, _kept(hashes_of(keys)))
        hashes[odd] = hashed[written.indices.to_numpy()]
        return cls(hashes, odd, pa.array(keys, pa.large_string()).take(written.indices))


_match_key = lru_cache(_REMEMBERED)(match_key)


def name_hash(key: str) -> int:
    """The hash under which a match key is kept: at least 1, or 0 where it is empty."""
    return max(hash_of(key) >> 1, 1) if key else 0


def _kept(hashes: NDArray[np.uint64]) -> NDArray[np.int64]:
    return np.maximum((hashes >> np.uint64(1)).astype(np.int64), 1)


def plain_names(texts: Texts) -> NDArray[np.bool_]:
    """Which names are their own match key and their own simplified form, without a sign nobody could read."""
    plain: NDArray[np.bool_] = texts.lengths > 0
    written = texts.data
    points = np.frombuffer(written.tobytes().decode().encode("utf-32-le"), np.uint32)
    strange = np.flatnonzero(~_plain_points()[points])
    if len(strange):
        beginnings = np.flatnonzero((written & 0xC0) != 0x80)
        plain[np.searchsorted(texts.starts, beginnings[strange], side="right") - 1] = False
    return plain


@cache
def _plain_points() -> NDArray[np.bool_]:
    """For each code point, whether a name may hold it and still be plain."""
    characters = [chr(point) for point in HAN_BLOCK]
    forms = simplified("\n".join(characters)).split("\n")
    same = {a for a, b in zip(characters, forms, strict=True) if a == b}
    plain = np.zeros(0x110000, bool)
    plain[[ord(character) for character in same - set(PHRASE_CHARACTERS) - set(WILDCARDS)]] = True
    return plain
