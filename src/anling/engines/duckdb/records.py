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

from anling.engines.duckdb.arrays import Flags, Ints, array_of, flags_of, ints_of, word_places
from anling.rules.evidence import Grade, Identity, Sign, WhyNot

SIGNS = (Sign.LIFE, Sign.DEATH, Sign.CUSTODY, Sign.MISSING, Sign.DOUBLE_BENEFIT)
GRADES = (Grade.P1, Grade.P2, Grade.P3, Grade.L1, Grade.L2)
IDENTITIES = tuple(Identity)
REASONS = (None, *WhyNot)
"""Why a record is not usable; None where it is."""

NO_DAY = np.iinfo(np.int32).min
"""Stands for 'no end' among day numbers."""

_SIGN, _GRADE, _IDENTITY, _WHY_NOT, _DECIDES, _DECIDES_DOUBLE = 0, 3, 6, 9, 13, 14
"""Where each trait begins, in bits."""


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
    def of(cls, life: pa.Table, loss: pa.Table) -> Self:
        """From the relations `deciding_life` and `deciding_loss`, in whatever order the engine's threads left them."""
        person_seq = np.concatenate([ints_of(life["person_seq"]), ints_of(loss["person_seq"])])
        batch_no = np.concatenate([ints_of(life["batch_no"]), ints_of(loss["batch_no"])])
        row_id = pa.concat_arrays(
            [array_of(life["row_id"], pa.large_string()), array_of(loss["row_id"], pa.large_string())]
        )
        traits = np.concatenate([_life_traits(life), _loss_traits(loss)])
        day = np.concatenate([ints_of(life["day"]), ints_of(loss["day"])]).astype(np.int32)
        end = np.concatenate([np.full(life.num_rows, NO_DAY), ints_of(loss["end_day"].fill_null(NO_DAY))])
        order, sorted_ids = _order(person_seq, batch_no, row_id)
        return cls(
            person_seq[order], batch_no[order].astype(np.int32), day[order], end[order].astype(np.int32),
            traits[order], sorted_ids,
        )  # fmt: skip

    def __len__(self) -> int:
        return len(self.person_seq)

    @property
    def sign(self) -> Ints:
        """Place in SIGNS."""
        return self._trait(_SIGN, 3)

    @property
    def grade(self) -> Ints:
        """Place in GRADES."""
        return self._trait(_GRADE, 3)

    @property
    def identity(self) -> Ints:
        """Place in IDENTITIES."""
        return self._trait(_IDENTITY, 3)

    @property
    def why_not(self) -> Ints:
        """Place in REASONS; 0 where the record is usable."""
        return self._trait(_WHY_NOT, 4)

    @property
    def decides(self) -> Flags:
        """Whether the record decides for its person's rows in general."""
        return self._trait(_DECIDES, 1) == 1

    @property
    def decides_double(self) -> Flags:
        """Whether it decides for rows lost by a proven double benefit."""
        return self._trait(_DECIDES_DOUBLE, 1) == 1

    def _trait(self, first_bit: int, bits: int) -> Any:
        return (self.traits >> first_bit) & ((1 << bits) - 1)


def _life_traits(life: pa.Table) -> npt.NDArray[np.int16]:
    stranger = flags_of(life["is_stranger"])
    identity = np.where(stranger, IDENTITIES.index(Identity.OTHER_NAME), flags_of(life["is_variant"]))
    why_not = np.where(stranger, REASONS.index(WhyNot.OTHER_NAME), 0)
    return _packed(0, ints_of(life["grade"]) - 1, identity, why_not, 1, flags_of(life["contradicts"]))


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


def _order(person_seq: Ints, batch_no: Ints, row_id: pa.Array) -> tuple[Ints, pa.Array]:
    """The order by person, batch and row_id, and the row ids in it."""
    place = person_seq << 20 | batch_no
    order = np.argsort(place, kind="stable")
    place, ids = place[order], row_id.take(pa.array(order))
    # the store is sorted, so rows of one batch and person mostly come in the order of their ids already
    tied = place[1:] == place[:-1]
    ascending = np.asarray(pc.less_equal(ids.slice(0, max(0, len(ids) - 1)), ids.slice(1)))
    if np.any(tied & ~ascending):
        part = pa.table({"place": place, "row_id": ids})
        again = np.asarray(pc.sort_indices(part, [("place", "ascending"), ("row_id", "ascending")]))
        order, ids = order[again], ids.take(pa.array(again))
    return order, ids
