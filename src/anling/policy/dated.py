"""Values with a first and a last day of force, and the checks that their days neither leave a gap nor overlap."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Generic, TypeVar

from anling.policy.errors import Place, PolicyError
from anling.policy.nodes import Item
from anling.rules.wording import Words

Value = TypeVar("Value")
Name = TypeVar("Name")

DATES = ("valid_from",)
DATES_OPTIONAL = ("valid_to",)


@dataclass(frozen=True, slots=True)
class Dated(Generic[Value]):
    """A value in force from `valid_from` to `valid_to`, both days included; without `valid_to` until the next one."""

    value: Value
    valid_from: date
    valid_to: date | None
    place: Place

    def __post_init__(self) -> None:
        if self.valid_to is not None and self.valid_to < self.valid_from:
            raise PolicyError(
                self.place,
                Words("valid_to %(to)s lies before valid_from %(begins)s", to=self.valid_to, begins=self.valid_from),
                Words("exchange or mend them"),
            )

    @property
    def changes(self) -> tuple[date, ...]:
        """The first day of the value, and the day after its last where it ends."""
        return (self.valid_from,) if self.valid_to is None else (self.valid_from, self.valid_to + timedelta(days=1))


def dated(value: Value, entry: Item, block: Mapping[str, Item]) -> Dated[Value]:
    """The value of an entry together with the days that its block states."""
    valid_to = block["valid_to"].day() if "valid_to" in block else None
    return Dated(value, block["valid_from"].day(), valid_to, entry.place)


@dataclass(frozen=True, slots=True)
class History(Generic[Value]):
    """All values one thing had, oldest first, without gap or overlap. `name` says what it is, for sentences."""

    name: str
    entries: tuple[Dated[Value], ...]

    def __post_init__(self) -> None:
        for before, after in zip(self.entries, self.entries[1:], strict=False):
            _refuse_overlap(self.name, before, after)
            _refuse_gap(self.name, before, after)

    def __iter__(self) -> Iterator[Dated[Value]]:
        return iter(self.entries)

    @property
    def begins(self) -> date:
        """The first day that has a value."""
        return self.entries[0].valid_from

    @property
    def first(self) -> Dated[Value]:
        """The oldest value."""
        return self.entries[0]

    def on(self, day: date) -> Dated[Value] | None:
        """The value in force on that day, None where there is none (before the first, or after an end)."""
        started = [entry for entry in self.entries if entry.valid_from <= day]
        if not started or (started[-1].valid_to is not None and started[-1].valid_to < day):
            return None
        return started[-1]

    def refuse_end(self) -> None:
        """Raises PolicyError where the last value ends: for things that must always have a value."""
        last = self.entries[-1]
        if last.valid_to is not None:
            raise PolicyError(
                last.place,
                Words("%(name)s has no value after %(day)s", name=self.name, day=last.valid_to),
                Words("add one or remove this valid_to"),
            )


def histories(named: Iterable[tuple[Name, str, Dated[Value]]]) -> dict[Name, History[Value]]:
    """Entries (key, name for sentences, value) gathered by key; raises PolicyError on a gap or an overlap."""
    groups: dict[Name, list[Dated[Value]]] = {}
    names: dict[Name, str] = {}
    for key, name, entry in named:
        groups.setdefault(key, []).append(entry)
        names[key] = name
    return {
        key: History(names[key], tuple(sorted(entries, key=lambda entry: entry.valid_from)))
        for key, entries in groups.items()
    }


def _refuse_overlap(name: str, before: Dated[Value], after: Dated[Value]) -> None:
    if after.valid_from == before.valid_from or (before.valid_to is not None and after.valid_from <= before.valid_to):
        raise PolicyError(
            after.place,
            Words(
                "%(name)s has two values on %(day)s, here and on line %(line)s",
                name=name, day=after.valid_from, line=before.place.line,
            ),
            Words("end the earlier one on the day before or remove one"),
        )  # fmt: skip


def _refuse_gap(name: str, before: Dated[Value], after: Dated[Value]) -> None:
    if before.valid_to is not None and before.valid_to + timedelta(days=1) < after.valid_from:
        next_day = before.valid_to + timedelta(days=1)
        raise PolicyError(
            after.place,
            Words(
                "%(name)s has no value between %(end)s and %(begin)s",
                name=name, end=before.valid_to, begin=after.valid_from,
            ),
            Words(
                "begin this one on %(day)s or end the one on line %(line)s later",
                day=next_day, line=before.place.line,
            ),
        )  # fmt: skip
