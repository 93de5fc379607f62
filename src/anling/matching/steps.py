"""The matching as data: named steps in the order in which an engine runs them (N-B1; ADR 0002).

Each step is one SQL text in `sql/`, named after the relation it makes; its head says what the relation means.
The texts keep to what DuckDB, Spark and PostgreSQL share; a handful of functions differ by engine and are defined by
it under one name (`DIALECT`). What an engine has to bring before the first step is listed in `GIVEN`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from hashlib import sha256
from importlib.resources import files

GIVEN: Mapping[str, str] = {
    "roster": "compared rows of the ingested roster: a row per benefit, in the order of the store (pos)",
    "person": "their people: the first row of each person_seq whose number can be tied",
    "slice_row": "the rows of the slice at hand",
    "slice_person": "the people of the slice at hand",
    "batch": "batch_no (in the order of feed and batch), feed, batch, department",
    "life": "life signs of all batches delivered by the as-of date; pos: 0 for the first of its batch in the store",
    "slice_life": "those under the numbers of the slice at hand",
    "loss": "loss signs, releases and revocations of the same batches",
    "odd_name": "name_h and text of the names on life signs that are not plain simplified Han, each once",
    "other_sign": "hints and records without meaning for the decision",
    "border_entry": "the life signs of the border feed with the code entry",
    "no_raise": "the life signs whose code says that the yearly raise is off",
    "weak_kind": "kinds of weak signs (P3) with their bits",
    "clock_rule": "scheme, region_prefix, first_base: the policy in force",
}

DIALECT: Mapping[str, str] = {
    "starts_with(text, prefix)": "whether a text begins with another",
    "month_start(month)": "day number of the first day of a month index",
    "year_later(day)": "day number of the same day a year later, 29 February → 28 February",
    "record_at(batch_no, pos)": "one integer that says where a life sign stands: batch_no × 2^32 + pos",
    "mark_of_day(day)": "the least mark of a day; a mark packs day, kind and grade of a life sign into one integer",
    "mark_day(mark)": "day number of a mark",
    "mark_kind(mark)": "number of its kind (policy.catalogue.Catalogue.kind_number)",
    "mark_day_kind(mark)": "day and kind of a mark without its grade, as one integer that sorts by day",
    "day_kind(day, kind)": "the same of a day number and the number of a kind",
    "day_of_day_kind(day_kind)": "its day number",
    "mark_grade(mark)": "1, 2 or 3",
    "kind_bit(kind)": "two to the power of a kind's number, 64 bits",
    "name_agreement(a, b)": "rules.names.agreement of two names as written",
    "has_wildcard(name)": "rules.names.has_wildcard of a name's match key",
    "simplified_hash(name)": "the hash, as intake takes it, of rules.names.simplified of a name's match key",
    "one_slip(a, b)": "equal length, and one substituted character or one adjacent swap apart",
}


class Kept(StrEnum):
    """Whether an engine keeps a step's rows, or only its text."""

    TABLE = "table"
    VIEW = "view"


@dataclass(frozen=True, slots=True)
class Step:
    """One named relation. `sql` still holds its parameters in braces; `meaning` is the head of its file."""

    name: str
    meaning: str
    sql: str
    kept: Kept = Kept.TABLE

    def filled(self, parameters: Mapping[str, int]) -> str:
        """The text with its parameters. Raises KeyError for one that is not given."""
        return self.sql.format_map(parameters)


ONCE = (
    "clock_of_region", "cancelling", "loss_record", "tie_by_number", "tie_by_name", "loss_tie", "settled", "watched",
    "flag_record", "flag_sign", "abroad", "flagged",
)  # fmt: skip
PER_SLICE = (
    "subject", "seen", "name_pair", "unreadable", "read_name", "other_name", "renamed", "strong_sign", "two_kinds",
    "weak_sign", "life_total", "weak_day", "triple", "triple_total", "stranger_total", "weighed_loss", "loss_total",
    "fact", "outcome", "held", "deciding_life", "deciding_loss", "decision",
)  # fmt: skip
RESULTS = ("deciding_life", "deciding_loss", "decision")
"""The relations of a slice that an engine writes out."""

_VIEWS = frozenset(("strong_sign", "fact", *RESULTS))


def once() -> tuple[Step, ...]:
    """The steps that look at all people together: losses and leads, hints, numbers held twice."""
    return tuple(_read(name) for name in ONCE)


def per_slice() -> tuple[Step, ...]:
    """The steps that are run for one slice of people after the other; a slice is a range of numbers."""
    return tuple(_read(name) for name in PER_SLICE)


@cache
def _read(name: str) -> Step:
    text = files("anling.matching").joinpath("sql", f"{name}.sql").read_text(encoding="utf-8")
    head = [line for line in text.splitlines() if line.startswith("-- ")]
    return Step(name, " ".join(line[3:] for line in head), text, Kept.VIEW if name in _VIEWS else Kept.TABLE)


@cache
def version() -> str:
    """Twelve hexadecimal digits over all texts: which rules, as the engine runs them, a decision was made by."""
    texts = "\0".join(f"{step.name}\0{step.sql}" for step in (*once(), *per_slice()))
    return sha256(texts.encode()).hexdigest()[:12]
