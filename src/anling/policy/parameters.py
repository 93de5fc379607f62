"""Single numbers and words of the regulations: dated, cited, and overridden by scheme and region."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from anling.policy.dated import DATES, DATES_OPTIONAL, Dated, History, dated, histories
from anling.policy.errors import Place, PolicyError
from anling.policy.nodes import Item
from anling.rules.evidence import Scheme
from anling.rules.wording import Words

ASSUMPTION = "assumption"
KEYS = ("value", "unit", "source", *DATES)
OPTIONAL = (*DATES_OPTIONAL, "note")
SCOPE_KEYS = ("scheme", "region")

_REGION_LENGTHS = (2, 4, 6, 9, 12)


@dataclass(frozen=True, slots=True)
class Scope:
    """Where a value holds: one scheme or both (None), and a prefix of the paying region's code ("": everywhere)."""

    scheme: Scheme | None = None
    region: str = ""

    def covers(self, other: "Scope") -> bool:
        """Whether a value of this scope holds for the scheme and region of the other."""
        return self.scheme in (None, other.scheme) and other.region.startswith(self.region)

    @property
    def rank(self) -> tuple[int, bool]:
        """The higher, the closer: the longest region prefix first, then a scheme that is named."""
        return len(self.region), self.scheme is not None

    def __str__(self) -> str:
        return self.words

    @property
    def words(self) -> Words:
        """The scope as part of a sentence."""
        if self.scheme and self.region:
            return Words("%(scheme)s, region %(region)s", scheme=self.scheme, region=self.region)
        if self.scheme:
            return Words("%(scheme)s, everywhere", scheme=self.scheme)
        if self.region:
            return Words("both schemes, region %(region)s", region=self.region)
        return Words("both schemes, everywhere")


EVERYWHERE = Scope()


@dataclass(frozen=True, slots=True)
class Parameter:
    """One value of one parameter. `source` is the document it stands in, or the word "assumption"."""

    name: str
    scope: Scope
    value: int | float | str
    unit: str
    source: str
    note: str

    @property
    def assumed(self) -> bool:
        """Whether the value, or how a document was read, rests on judgement."""
        return ASSUMPTION in self.source or ASSUMPTION in self.note


@dataclass(frozen=True, slots=True)
class Shape:
    """How a parameter is written: its unit, how its value is read, whether it may differ by scheme and region."""

    unit: str
    read: Callable[[Item], int | float | str]
    scoped: bool = False


@dataclass(frozen=True, slots=True)
class ParameterBook:
    """All values of the parameters of one file section; from the day `begins` each has a value everywhere."""

    place: Place
    begins: date
    histories: Mapping[tuple[str, Scope], History[Parameter]]

    def find(self, name: str, on: date, asked: Scope = EVERYWHERE) -> Dated[Parameter]:
        """The value in force that is closest to the scope asked for; raises PolicyError where none is in force."""
        fitting = [scope for known, scope in self.histories if known == name and scope.covers(asked)]
        for scope in sorted(fitting, key=lambda scope: scope.rank, reverse=True):
            if entry := self.histories[name, scope].on(on):
                return entry
        raise PolicyError(
            Place(self.place.file),
            Words("no %(name)s is in force on %(day)s", name=name, day=on),
            Words("ask for a day from %(day)s on", day=self.begins),
        )

    def days(self) -> tuple[date, ...]:
        """Every day from `begins` on which some value changes, oldest first."""
        changes = (day for history in self.histories.values() for entry in history for day in entry.changes)
        return tuple(sorted({day for day in changes if day >= self.begins}))

    def regions(self) -> tuple[str, ...]:
        """Every region prefix that some value names, "" among them."""
        return tuple(sorted({scope.region for _, scope in self.histories}))


def read_parameters(section: Item, shapes: Mapping[str, Shape]) -> ParameterBook:
    """A section that holds a list of dated values for every parameter of `shapes`; raises PolicyError."""
    block = section.block(tuple(shapes))
    entries = [entry for name, shape in shapes.items() for entry in _read(name, shape, block[name])]
    found = histories(((entry.value.name, entry.value.scope), _title(entry.value), entry) for entry in entries)
    schemes = tuple(Scheme) if any(shape.scoped for shape in shapes.values()) else (None,)
    bases = [_base(block[name], name, scheme, found) for scheme in schemes for name in shapes]
    return ParameterBook(section.place, _common_start(bases), found)


def _read(name: str, shape: Shape, listed: Item) -> Iterable[Dated[Parameter]]:
    for entry in listed.items():
        block = entry.block(KEYS, (*OPTIONAL, *(SCOPE_KEYS if shape.scoped else ())))
        if block["unit"].token() != shape.unit:
            problem = Words("the unit `%(unit)s` is unknown for %(name)s", unit=block["unit"].token(), name=name)
            raise block["unit"].error(problem, Words("write `%(unit)s`", unit=shape.unit))
        parameter = Parameter(
            name=name,
            scope=_scope(block),
            value=shape.read(block["value"]),
            unit=shape.unit,
            source=block["source"].text(),
            note=block["note"].text() if "note" in block else "",
        )
        yield dated(parameter, entry, block)


def _title(parameter: Parameter) -> str:
    if parameter.scope == EVERYWHERE:
        return parameter.name
    return Words("%(name)s (%(scope)s)", name=parameter.name, scope=parameter.scope.words)


def _scope(block: Mapping[str, Item]) -> Scope:
    region = block["region"].token() if "region" in block else ""
    if region and not (region.isascii() and region.isdigit() and len(region) in _REGION_LENGTHS):
        raise block["region"].error(
            Words("`%(region)s` is no region prefix", region=region), Words("write 2, 4, 6, 9 or 12 digits")
        )
    return Scope(block["scheme"].word(Scheme) if "scheme" in block else None, region)


def _base(
    listed: Item, name: str, scheme: Scheme | None, found: Mapping[tuple[str, Scope], History[Parameter]]
) -> History[Parameter]:
    """The values that hold everywhere for a scheme: they may not end, or someone would be left without a rule."""
    history = found.get((name, EVERYWHERE)) or found.get((name, Scope(scheme)))
    if history is None:
        raise listed.error(
            Words("%(name)s has no value for %(scope)s", name=name, scope=Scope(scheme).words),
            Words("add an entry without region for it"),
        )
    history.refuse_end()
    return history


def _common_start(bases: list[History[Parameter]]) -> date:
    begins = min(history.begins for history in bases)
    for history in bases:
        if history.begins != begins:
            raise PolicyError(
                history.first.place,
                Words(
                    "%(name)s has no value from %(begin)s to %(end)s",
                    name=history.name, begin=begins, end=history.begins,
                ),
                Words("begin all parameters of this file on the same day"),
            )  # fmt: skip
    return begins
