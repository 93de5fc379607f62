"""What the ingested store keeps of the accepted rows of a batch: life, loss and other signs, and odd names."""

from collections.abc import Callable

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from anling.matching.normalise.columns import numbered
from anling.matching.normalise.dates import NONE, as_dates, as_integers
from anling.matching.normalise.feed_rows import LOSS_SIGNS, CodeRow, FeedRows, Places
from anling.matching.normalise.numbers import NO_KEY, number_status
from anling.matching.normalise.texts import picked
from anling.matching.parameters import mark

ODD_NAMES = pa.schema([("name_h", pa.int64()), ("name", pa.large_string())])


def life(rows: FeedRows) -> pa.Table:
    """life.parquet, by key. Rows without a number prove nothing and are left out."""
    places = rows.of_signs(("life",))
    places = places[rows.numbers.keys[places] != NO_KEY]
    marks = _by_code(rows, places, lambda row: mark(0, row.kind, int(row.grade[1:])) if row.sign == "life" else 0)
    return pa.table(
        {
            "key": rows.numbers.keys[places],
            "name_h": rows.names.hashes[places],
            "mark": (rows.days[places] * 256 + marks).astype(np.int32),
            "code": _code(rows, places),
            "row_id": _text(rows, "row_id", places),
            "name": _text(rows, "name", places),
            "odd_name": _odd_names(rows, places),
            "id_raw": _odd_numbers(rows, places),
            "end_day": as_integers(rows.ended.values[places]),
        }
    )


def odd_names(rows: FeedRows) -> pa.Table:
    """odd_names.parquet: the match keys on life signs that are not plain (simplified Han that everybody can read)."""
    odd = (rows.bearing(("life",)) & (rows.numbers.keys != NO_KEY))[rows.names.odd]
    found = {
        "name_h": rows.names.hashes[rows.names.odd[odd]],
        "name": rows.names.odd_keys.filter(pa.array(odd)),
    }
    return pa.table(found, schema=ODD_NAMES)


def loss(rows: FeedRows) -> pa.Table:
    """loss.parquet, by key, empty numbers last."""
    places = rows.of_signs(LOSS_SIGNS)
    keys = rows.numbers.keys[places]
    raw, odd = _text(rows, "id_number", places), _odd_texts(rows, places)
    text = pc.coalesce(odd, raw)
    changed = pc.and_(odd.is_valid(), pc.not_equal(text, raw))
    born = np.full(len(keys), NONE, np.int32) if rows.born is None else rows.born.values[places]
    return pa.table(
        {
            "key": _keys(keys),
            "name_h": rows.names.hashes[places],
            "day": rows.days[places],
            "grade": _texts_by_code(rows, places, lambda row: row.grade),
            "kind": _by_code(rows, places, lambda row: row.kind).astype(np.uint8),
            "code": _code(rows, places),
            "row_id": _text(rows, "row_id", places),
            "name": _text(rows, "name", places).fill_null(""),
            "id_raw": pc.if_else(changed.fill_null(False), raw, None),
            "end_day": as_integers(rows.ended.values[places]),
            "id_text": text,
            "id_status": _statuses(keys, raw),
            "name_key": pc.coalesce(_odd_names(rows, places), _text(rows, "name", places)),
            "sign": _texts_by_code(rows, places, lambda row: row.sign),
            "birth_date": as_dates(born),
            "sex": _sexes(rows, places),
            "region": _text(rows, "region", places),
        }
    )


def other(rows: FeedRows) -> pa.Table:
    """other.parquet, by key: hints, and records that prove nothing."""
    places = rows.of_signs(("hint", "none"))
    return pa.table(
        {
            "key": _keys(rows.numbers.keys[places]),
            "name_h": rows.names.hashes[places],
            "day": rows.days[places],
            "sign": _texts_by_code(rows, places, lambda row: row.sign),
            "grade": _texts_by_code(rows, places, lambda row: row.grade),
            "code": _code(rows, places),
            "row_id": _text(rows, "row_id", places),
            "name": _text(rows, "name", places).fill_null(""),
        }
    )


def _text(rows: FeedRows, column: str, places: Places) -> pa.Array:
    return rows.columns[column].take(pa.array(places))


def _odd_names(rows: FeedRows, places: Places) -> pa.Array:
    return picked(len(rows.codes), rows.names.odd, rows.names.odd_keys, places)


def _odd_texts(rows: FeedRows, places: Places) -> pa.Array:
    return picked(len(rows.codes), rows.numbers.odd, rows.numbers.odd_texts, places)


def _odd_numbers(rows: FeedRows, places: Places) -> pa.Array:
    """The numbers as they were written, where they are not plain."""
    odd = rows.numbers.odd
    return picked(len(rows.codes), odd, rows.columns["id_number"].take(pa.array(odd)), places)


def _keys(keys: NDArray[np.int64]) -> pa.Array:
    return pa.array(keys, mask=keys == NO_KEY)


def _by_code(rows: FeedRows, places: Places, value: Callable[[CodeRow], int]) -> NDArray[np.int32]:
    values = np.array([0, *map(value, rows.rules.codes)], np.int32)
    return values[rows.codes[places]]


def _texts_by_code(rows: FeedRows, places: Places, value: Callable[[CodeRow], str]) -> pa.Array:
    """A text for each row by its code; few different ones, so they are kept as a dictionary."""
    words = pa.array(list(map(value, rows.rules.codes)), pa.string())
    return pa.DictionaryArray.from_arrays(pa.array(rows.codes[places].astype(np.int32) - 1), words)


def _code(rows: FeedRows, places: Places) -> pa.Array:
    return _texts_by_code(rows, places, lambda row: row.code)


def _statuses(keys: NDArray[np.int64], raw: pa.Array) -> pa.Array:
    statuses = [
        "valid" if key > 0 else number_status(text or "")
        for key, text in zip(keys.tolist(), raw.to_pylist(), strict=True)
    ]
    return pa.array(statuses, pa.string())


def _sexes(rows: FeedRows, places: Places) -> pa.Array:
    sexes = numbered(_text(rows, "sex", places), rows.rules.sexes)
    return pa.array(sexes, mask=sexes == 0)
