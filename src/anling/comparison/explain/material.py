"""Fetches from a run and its store what one person's, or everybody's, explanation rests on."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

from anling.comparison.explain.records import Found
from anling.comparison.explain.run_folder import RunFolder
from anling.engines.duckdb.lookup import LeadRow, Lookup, LossRow, Place, RosterRow, StoredDecision
from anling.rules.evidence import Identity

Row = TypeVar("Row")
Key = TypeVar("Key")


@dataclass(frozen=True, slots=True)
class Material:
    """One human of the roster: all rows under one person number and one number, by benefit_no, and what is tied to it.

    `holders`: every compared row under the number, this person's too. `stored`: decisions by benefit_no.
    """

    rows: tuple[RosterRow, ...]
    holders: tuple[RosterRow, ...]
    found: Found
    stored: Mapping[str, StoredDecision]

    @property
    def compared(self) -> tuple[RosterRow, ...]:
        """The rows that were compared: paying or suspended."""
        return tuple(row for row in self.rows if row.compared)


def fetch(run: RunFolder, person_nos: Collection[str] | None) -> Iterator[Material]:
    """The material of some person numbers, in their order; None: of everybody, for small provinces."""
    with Lookup(run.roster, run.batches) as lookup:
        rows = lookup.people(person_nos)
        keys = None if person_nos is None else {row.key for row in rows if row.key is not None}
        signs = _Signs(lookup, keys)
        leads = _leads(lookup, lookup.leads(run.evidence, person_nos), everyone=person_nos is None)
        holders = _grouped(lookup.holders(keys), lambda row: row.key)
        stored = {each.benefit_no: each for each in lookup.decisions(run.decisions, person_nos)}
    for group in _grouped(rows, lambda row: (row.person_no, row.id_text)).values():
        first = group[0]
        found = signs.of(first.key, leads.get(first.person_no, ()))
        yield Material(tuple(group), tuple(holders.get(first.key, ())), found, stored)


class _Signs:
    """The signs under some numbers, sorted out by number."""

    def __init__(self, lookup: Lookup, keys: Collection[int] | None) -> None:
        self._life = _grouped(lookup.life(keys), lambda row: row.key)
        self._loss = _grouped(lookup.loss(keys), lambda row: row.key)
        self._other = _grouped(lookup.other(keys), lambda row: row.key)

    def of(self, key: int | None, leads: Sequence[_Lead]) -> Found:
        if key is None:
            return Found((), (), ())
        around = [row for lead in leads for row in lead.around]
        return Found(
            life=self._life.get(key, ()),
            loss=(*self._loss.get(key, ()), *around),
            other=self._other.get(key, ()),
            leads=[(lead.row, lead.identity) for lead in leads],
        )


@dataclass(frozen=True, slots=True)
class _Lead:
    """A lead with the loss records under its own number, among which may be what cancels it."""

    row: LossRow
    identity: Identity
    around: tuple[LossRow, ...]


def _leads(lookup: Lookup, rows: Sequence[LeadRow], *, everyone: bool) -> Mapping[str, list[_Lead]]:
    places = {_place(row) for row in rows}
    losses = {
        _place(row): row for row in (lookup.loss(None) if everyone else lookup.loss_at(places)) if _place(row) in places
    }
    keys = {row.key for row in losses.values() if row.key is not None}
    around = _grouped(lookup.loss(keys), lambda row: row.key)
    found: dict[str, list[_Lead]] = defaultdict(list)
    for row in rows:
        loss = losses[_place(row)]
        found[row.person_no].append(_Lead(loss, Identity(row.identity), tuple(around.get(loss.key, ()))))
    return found


def _place(row: LeadRow | LossRow) -> Place:
    return row.feed, row.batch, row.row_id


def _grouped(rows: Iterable[Row], key: Callable[[Row], Key]) -> dict[Key, list[Row]]:
    groups: dict[Key, list[Row]] = defaultdict(list)
    for row in rows:
        groups[key(row)].append(row)
    return groups
