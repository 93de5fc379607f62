"""What the ingested store keeps of a roster: its accepted rows by number, and who belongs together (N-A1).

A person is a person_no with one number. Rows of one number stand together, those of one person beside each other, so
that a run reads who is who instead of grouping millions of texts.
"""

from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from anling.matching.normalise.columns import Mask, order_of, trimmed
from anling.matching.normalise.dates import NONE, as_dates, as_integers
from anling.matching.normalise.numbers import CHECK_RADIX, NO_KEY, typed_status
from anling.matching.normalise.roster_rows import MONTHS, RosterRows
from anling.matching.normalise.texts import picked

LAST = np.iinfo(np.int64).max
"""Stands, while rows are sorted, for the key of one that is tied to nothing."""

_CHECKED_TYPES = ("01", "17", "07")
_AMOUNT = pa.decimal128(12, 2)
_RESIDENT_ID = "01"


def columns_of(rows: RosterRows) -> pa.Table:
    """All rows in the order of the file: the columns of roster.parquet but for those that `arranged` adds.

    key is null where the number fails its check. odd_id: the canonical number where it is not the one that was
    written; odd_name: the match key where it is not the name itself. told_apart, dropped later: what tells persons of
    one key apart beside person_no; null where the key itself says the whole number.
    """
    columns, numbers = rows.columns, rows.numbers
    id_type = rows.coded["id_type"].texts().cast(pa.string()).fill_null(_RESIDENT_ID)
    status = _statuses(rows, id_type)
    valid = _is(status, "valid")
    keyed = ~_is(status, "invalid") & (numbers.keys != NO_KEY)
    region = trimmed(columns["region"])
    every = np.arange(len(keyed))
    untied = ~(keyed & (numbers.keys > 0))[numbers.odd]
    found = {
        "row_no": columns["row"],
        "benefit_no": rows.benefit_no,
        "person_no": trimmed(columns["person_no"]),
        "id_type": id_type.dictionary_encode(),
        "id_raw": columns["id_number"],
        "odd_id": picked(len(every), numbers.odd, numbers.odd_texts, every),
        "id_status": status,
        "key": pa.array(numbers.keys, mask=~keyed),
        "name": columns["name"],
        "odd_name": picked(len(every), rows.names.odd, rows.names.odd_keys, every),
        "name_h": pa.array(rows.names.hashes),
        "sex": _sexes(rows),
        "birth_date": as_dates(_births(rows, valid)),
        "scheme": rows.coded["scheme"].texts(),
        "region": region.dictionary_encode(),
        "city": pc.utf8_slice_codeunits(region, 0, 4).dictionary_encode(),
        "residence_region": trimmed(columns["residence_region"]).dictionary_encode(),
        "agency": columns["agency"].dictionary_encode(),
        "unit": columns["unit"].dictionary_encode(),
        **{name: as_integers(rows.months[name].values) for name in MONTHS},
        "pay_status": rows.coded["pay_status"].texts(),
        "suspend_reason": _suspend_reasons(rows),
        "monthly_amount": _amounts(columns["monthly_amount"]),
        "phone": columns["phone"],
        "address": columns["address"],
        "compared": pa.array(~rows.coded["pay_status"].are("ended")),
        "told_apart": picked(len(every), numbers.odd[untied], numbers.odd_texts.filter(pa.array(untied)), every),
    }
    return pa.table(found)


def _statuses(rows: RosterRows, id_type: pa.Array) -> pa.Array:
    """valid where a number is plain and its document has a check rule; what the rules say of every other one."""
    asked = ~np.asarray(pc.is_in(id_type, pa.array(_CHECKED_TYPES)).to_numpy(zero_copy_only=False), bool)
    asked[rows.numbers.odd] = True
    places = np.flatnonzero(asked)
    raw = rows.columns["id_number"].take(pa.array(places)).to_pylist()
    types = id_type.take(pa.array(places)).to_pylist()
    answers = [typed_status(text or "", kind) for text, kind in zip(raw, types, strict=True)]
    known = pa.array(("valid", "unchecked", "invalid", "empty"))
    found = np.zeros(len(asked), np.int32)
    found[places] = [known.index(answer).as_py() for answer in answers]
    return pa.DictionaryArray.from_arrays(pa.array(found), known)


def _is(status: pa.DictionaryArray, word: str) -> Mask:
    return np.asarray(status.indices.to_numpy() == status.dictionary.index(word).as_py(), bool)


def _sexes(rows: RosterRows) -> pa.Array:
    sexes = rows.coded["sex"]
    values = np.array([*map(int, sexes.known), 0], np.uint8)[sexes.places]
    return pa.array(values, mask=sexes.places < 0)


def _births(rows: RosterRows, valid: Mask) -> NDArray[np.int32]:
    """The birth date that the file states, else the one that a valid number states."""
    born = rows.born.values
    stated = np.flatnonzero((born == NONE) & valid)
    digits = rows.numbers.keys[stated] // CHECK_RADIX // 1000 % 10**8
    months = (digits // 10_000 - 1970) * 12 + digits // 100 % 100 - 1
    found = born.copy()
    found[stated] = months.astype("datetime64[M]").astype("datetime64[D]").astype(np.int64) + digits % 100 - 1
    return found


def _suspend_reasons(rows: RosterRows) -> pa.Array:
    own = trimmed(rows.columns["suspend_reason"])
    return pc.coalesce(rows.coded["suspend_reason"].texts().cast(own.type), own)


def _amounts(column: pa.Array) -> pa.Array:
    """Yuan with two decimals. Cents are whole numbers far below 2^53, so the way over floating point is exact."""
    texts = trimmed(column)
    readable = pc.match_substring_regex(texts, r"^[0-9]{1,10}([.][0-9]+)?$").fill_null(False)
    yuan = pc.if_else(readable, texts, None).cast(pa.float64())
    cents = np.round(yuan.fill_null(0).to_numpy(zero_copy_only=False) * 100).astype(np.int64)
    words = np.zeros((len(cents), 2), np.int64)
    words[:, 0] = cents
    whole = pa.Array.from_buffers(_AMOUNT, len(cents), [None, pa.py_buffer(words)])
    return pc.if_else(yuan.is_valid(), whole, None)


@dataclass(frozen=True, slots=True)
class Arranged:
    """Rows of a roster in the order of the store, with the columns person_seq, first_row, only_row, number_shared.

    persons: how many there are.
    """

    table: pa.Table
    persons: int


def arranged(rows: pa.Table, persons_before: int) -> Arranged:
    """Rows by key, then person_no, number, benefit_no and row; those tied to nothing come last.

    All rows of a key are among `rows`. person_seq numbers the persons on from `persons_before`. compared: paying or
    suspended; first_row and only_row: the first, or only, compared row of its person; number_shared: another person_no
    has a compared row with the same number.
    """
    keys = rows.column("key").fill_null(LAST).to_numpy()
    order = order_of(keys)
    ordered = keys[order]
    same = np.zeros(len(order) + 1, bool)
    same[1:-1] = ordered[1:] == ordered[:-1]
    crowd = np.flatnonzero(same[1:] | same[:-1] | (ordered == LAST))
    order[crowd] = _within_keys(rows, order[crowd])
    table = rows.take(pa.array(order))
    compared = table.column("compared").to_numpy()
    opens, first_row, only_row, shared = (
        np.ones(len(order), bool),
        compared.copy(),
        compared.copy(),
        np.zeros(len(order), bool),
    )
    of = table.take(pa.array(crowd))
    opens[crowd] = _new_persons(of)
    person = np.cumsum(opens)
    first_row[crowd], only_row[crowd] = _alone(person[crowd], compared[crowd])
    shared[crowd] = _shared(ordered[crowd], person[crowd], compared[crowd])
    added = {
        "person_seq": person + persons_before,
        "first_row": first_row,
        "only_row": only_row,
        "number_shared": shared,
    }
    for name, values in added.items():
        kind = pa.int32() if name == "person_seq" else pa.bool_()
        table = table.append_column(name, pa.array(values, kind))
    return Arranged(table.drop_columns("told_apart"), int(person[-1]) if len(person) else 0)


def _within_keys(rows: pa.Table, places: NDArray[np.intp]) -> NDArray[np.intp]:
    """The places of rows that share their keys, in the order of the store."""
    by = ["key", "person_no", "told_apart", "benefit_no", "row_no"]
    some = rows.select(by).take(pa.array(places))
    order = pc.sort_indices(some, sort_keys=[(name, "ascending") for name in by])
    found: NDArray[np.intp] = places[order.to_numpy()]
    return found


def _new_persons(rows: pa.Table) -> Mask:
    """Which rows are the first of their person, where the rows of a person stand together."""
    opens = np.zeros(len(rows), bool)
    opens[:1] = True
    for name in ("key", "person_no", "told_apart"):
        codes = rows.column(name).combine_chunks().dictionary_encode().indices.fill_null(-1).to_numpy()
        opens[1:] |= codes[1:] != codes[:-1]
    return opens


def _alone(person: NDArray[np.int64], compared: Mask) -> tuple[Mask, Mask]:
    """Which rows are the first, and which the only, compared ones of their person."""
    places = np.flatnonzero(compared)
    _, firsts, counts = np.unique(person[places], return_index=True, return_counts=True)
    first, only = np.zeros(len(person), bool), np.zeros(len(person), bool)
    first[places[firsts]] = True
    only[places[firsts[counts == 1]]] = True
    return first, only


def _shared(keys: NDArray[np.int64], person: NDArray[np.int64], compared: Mask) -> Mask:
    """Which rows bear a number that a compared row of another person bears too; rows of a key stand together."""
    shared = np.zeros(len(keys), bool)
    places = np.flatnonzero(compared & (keys != LAST))
    _, firsts, counts = np.unique(keys[places], return_index=True, return_counts=True)
    several = person[places[firsts]] != person[places[firsts + counts - 1]]
    shared[places] = np.repeat(several, counts)
    return shared
