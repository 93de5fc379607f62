"""The records of a slice that decide or are shown, sorted by person: the rows of evidence.parquet as arrays.

Millions of records differ in a handful of words each. The words travel as one small integer per record (`traits`), so
that sorting moves five columns instead of twelve, and become words again when they are written.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Self

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from anling.engines.results.arrays import Flags, Ints, array_of, flags_of, ints_of, word_places
from anling.engines.results.row_ids import POS_BITS, RowIds
from anling.matching.normalise.columns import order_of
from anling.rules.evidence import Grade, Identity, Sign, WhyNot

SIGNS = (Sign.LIFE, Sign.DEATH, Sign.CUSTODY, Sign.MISSING, Sign.DOUBLE_BENEFIT)
GRADES = (Grade.P1, Grade.P2, Grade.P3, Grade.L1, Grade.L2)
IDENTITIES = tuple(Identity)
REASONS = (None, *WhyNot)
"""Why a record is not usable; None where it is."""

NO_DAY = np.iinfo(np.int32).min
"""Stands for 'no end' among day numbers."""

_BATCH_BITS = 20
_SIGN, _GRADE, _IDENTITY, _WHY_NOT, _DECIDES, _DECIDES_DOUBLE = 0, 3, 6, 9, 13, 14
"""Where each trait begins, in bits."""


Places = npt.NDArray[np.int16]


@dataclass(frozen=True, slots=True)
class Records:
    """Records sorted by person_seq, batch and row_id; all arrays have one length.

    `day` is the date that counts, `end` the end of a term or stay (NO_DAY for none), both as days since 1970-01-01.
    """

    person_seq: Ints
    batch_no: npt.NDArray[np.int32]
    day: npt.NDArray[np.int32]
    end: npt.NDArray[np.int32]
    traits: npt.NDArray[np.int16]
    row_id: pa.Array

    @classmethod
    def of(cls, life: pa.Table, loss: pa.Table, row_ids: RowIds) -> Self:
        """From the relations `deciding_life` and `deciding_loss`, in whatever order the engine left them."""
        life = life.take(pa.array(order_of(ints_of(life["record"]))))
        ids = row_ids.of(ints_of(life["record"]))
        row_id = pa.concat_arrays([ids, array_of(loss["row_id"], pa.large_string())])
        person_seq = np.concatenate([ints_of(life["person_seq"]), ints_of(loss["person_seq"])])
        batch_no = np.concatenate([ints_of(life["record"]) >> POS_BITS, ints_of(loss["batch_no"])])
        place = person_seq << _BATCH_BITS | batch_no
        order = order_of(place)
        place, row_id = place[order], row_id.take(pa.array(order))
        again = _by_id(place, row_id)
        if again is not None:
            place, order, row_id = place[again], order[again], row_id.take(pa.array(again))
        marks = np.asarray(array_of(life["mark"]))
        end = np.full(len(order), NO_DAY, np.int32)
        of_loss = np.flatnonzero(order >= life.num_rows)
        end[of_loss] = ints_of(loss["end_day"].fill_null(NO_DAY))[order[of_loss] - life.num_rows]
        day = np.concatenate([marks >> 8, ints_of(loss["day"]).astype(np.int32)])
        traits = np.concatenate([_LIFE_TRAITS[marks & 3, np.asarray(array_of(life["flags"]))], _loss_traits(loss)])
        batch_no = (place & ((1 << _BATCH_BITS) - 1)).astype(np.int32)
        return cls(place >> _BATCH_BITS, batch_no, day[order], end, traits[order], row_id)

    def __len__(self) -> int:
        return len(self.person_seq)

    @property
    def sign(self) -> Places:
        """Place in SIGNS."""
        return self._trait(_SIGN, 3)

    @property
    def grade(self) -> Places:
        """Place in GRADES."""
        return self._trait(_GRADE, 3)

    @property
    def identity(self) -> Places:
        """Place in IDENTITIES."""
        return self._trait(_IDENTITY, 3)

    @property
    def why_not(self) -> Places:
        """Place in REASONS; 0 where the record is usable."""
        return self._trait(_WHY_NOT, 4)

    @property
    def decides(self) -> Flags:
        """Whether the record decides for its person's rows in general."""
        return np.asarray(self._trait(_DECIDES, 1) == 1)

    @property
    def decides_double(self) -> Flags:
        """Whether it decides for rows lost by a proven double benefit."""
        return np.asarray(self._trait(_DECIDES_DOUBLE, 1) == 1)

    def _trait(self, first_bit: int, bits: int) -> Places:
        return (self.traits >> first_bit) & np.int16((1 << bits) - 1)


def _loss_traits(loss: pa.Table) -> npt.NDArray[np.int16]:
    return _packed(
        word_places(loss["sign"], SIGNS),
        word_places(loss["grade"], GRADES),
        word_places(loss["identity"], IDENTITIES),
        word_places(loss["why_not"], REASONS),
        flags_of(loss["decides"]),
        flags_of(loss["decides_double"]),
    )


def _packed(
    sign: Any, grade: Any, identity: Any, why_not: Any, decides: Any, decides_double: Any
) -> npt.NDArray[np.int16]:
    columns = ((sign, _SIGN), (grade, _GRADE), (identity, _IDENTITY), (why_not, _WHY_NOT), (decides, _DECIDES),
               (decides_double, _DECIDES_DOUBLE))  # fmt: skip
    total = sum(np.asarray(places).astype(np.int16) << first_bit for places, first_bit in columns)
    return np.asarray(total, np.int16)


def _life_traits(grade: int, flags: int) -> npt.NDArray[np.int16]:
    """Traits of a life sign. Flags: 1 under a variant of the name, 2 under another name, 4 contradicts a loss."""
    if flags & 2:
        identity, why_not = Identity.OTHER_NAME, WhyNot.OTHER_NAME
    else:
        identity, why_not = (Identity.VARIANT_NAME if flags & 1 else Identity.EXACT), None
    places = IDENTITIES.index(identity), REASONS.index(why_not)
    return _packed(0, max(0, grade - 1), *places, decides=1, decides_double=flags >> 2)


_LIFE_TRAITS = np.array([[_life_traits(grade, flags) for flags in range(8)] for grade in range(4)])
"""By grade and flags: what millions of life signs are looked up in."""


def _by_id(place: Ints, row_id: pa.Array) -> Ints | None:
    """The order by place and row_id of rows that are sorted by place; None where they have it already.

    The store is sorted, so rows of one batch and person mostly come in the order of their ids.
    """
    tied = place[1:] == place[:-1]
    ascending = np.asarray(pc.less_equal(row_id.slice(0, max(0, len(row_id) - 1)), row_id.slice(1)))
    if not np.any(tied & ~ascending):
        return None
    part = pa.table({"place": place, "row_id": row_id})
    return ints_of(pc.sort_indices(part, [("place", "ascending"), ("row_id", "ascending")]))
