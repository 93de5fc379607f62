"""Renders the handbook's page on policy: every value with its unit, source and dates.

`pages()` gives the text of every page by its path in the repository; whoever writes the handbook also compares them.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import TypeVar

from anling.policy import CodeMeaning, Feed, Policy, load
from anling.policy.dated import Dated, History
from anling.policy.files import NAMES
from anling.policy.parameters import Parameter, ParameterBook, Scope

Value = TypeVar("Value")

PAGE = "docs/handbook/policy.md"

INTRODUCTION = f"""# Policy: the numbers of the regulations

Every number that the regulations state, or that had to be assumed, stands in a dated file. What holds is what is in
force on the as-of date of a run; older values stay readable by asking for an older date. A value whose source or note
says "assumption" rests on judgement: look at it first.

An agency passes a directory of its own with `--policy DIR`. A file in it replaces the shipped file of the same name as
a whole; the files it leaves out are the shipped ones; a file of any other name is refused. The names are
{", ".join(f"`{name}`" for name in NAMES)}.
The version of a policy is a hash of all contents and a label that names the replaced files.

Values may not overlap nor leave a gap. A clock value may differ by scheme and by region: the longest region prefix
wins, and at equal length the entry that names the scheme.
"""

EXPECTED = """Expected are rows per 1,000 recipients and month. Counts speak in whole rows: where less than one row was
to be expected for the period, none is no sign of anything; without any delivery a feed is missing all the same. Where
a required feed is missing or shrunk, nobody moves toward a stop for want of evidence.

"""


def pages() -> dict[str, str]:
    """Path in the repository → text of the page."""
    policy = load()
    parts = [
        INTRODUCTION,
        _parameters("The clock", "N-A2", policy.clocks.parameters),
        _parameters("The decision", "N-B1", policy.thresholds.decision),
        _parameters("Health of sources", "N-C2", policy.thresholds.health),
        _feeds(policy),
        _codes(policy),
        _headers(policy),
        _tables(policy),
        _cities(policy),
    ]
    return {PAGE: "\n".join(parts)}


def table(heads: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """A Markdown table; a bar within a cell is escaped."""
    lines = [heads, ["---"] * len(heads), *rows]
    return "".join("| " + " | ".join(str(cell).replace("|", "\\|") for cell in line) + " |\n" for line in lines)


def _section(title: str, body: str) -> str:
    return f"## {title}\n\n{body}"


def _dates(entry: Dated[Value], following: date | None = None) -> tuple[object, object]:
    return entry.valid_from, entry.valid_to or (f"before {following}" if following else "–")


def _parameters(title: str, clause: str, book: ParameterBook) -> str:
    heads = ("parameter", "scope", "value", "unit", "from", "to", "source", "note")
    rows = [row for (name, scope), history in book.histories.items() for row in _values(name, scope, history)]
    return _section(f"{title} ({clause})", table(heads, rows))


def _values(name: str, scope: Scope, history: History[Parameter]) -> Iterable[Sequence[object]]:
    entries = list(history)
    for entry, later in zip(entries, [*entries[1:], None], strict=True):
        parameter = entry.value
        dates = _dates(entry, later.valid_from if later else None)
        yield f"`{name}`", scope, f"`{parameter.value}`", parameter.unit, *dates, parameter.source, parameter.note


def _feeds(policy: Policy) -> str:
    heads = ("feed", "department", "label", "required", "usual delay, days", "expected", "from", "to", "sources")
    rows = [_feed(entry) for history in policy.feeds.feeds.values() for entry in history]
    return _section("Feeds (N-C2)", EXPECTED + table(heads, rows))


def _feed(entry: Dated[Feed]) -> Sequence[object]:
    feed = entry.value
    numbers = ("yes" if feed.required else "no", feed.usual_delay_days, feed.expected_per_1000_month)
    sources = "; ".join(f"{name}: {source}" for name, source in feed.sources.items())
    label = f"{feed.label_zh} · {feed.label_en}"
    return f"`{feed.code}`", feed.department, label, *numbers, *_dates(entry), f"{feed.source}; {sources}"


def _codes(policy: Policy) -> str:
    heads = ("feed", "code", "sign", "grade", "kind", "dated by", "meaning", "proves", "how it goes wrong", "source")
    rows = [
        (f"`{entry.value.code}`", *_code(meaning))
        for history in policy.feeds.feeds.values()
        for entry in history
        for meaning in entry.value.codes.values()
    ]
    return _section("What a record proves (N-B1)", table(heads, rows))


def _code(meaning: CodeMeaning) -> Sequence[object]:
    grade = f"{meaning.grade}, no yearly raise" if meaning.no_raise else meaning.grade
    label = f"{meaning.label_zh} · {meaning.label_en}"
    worth = (f"`{meaning.code}`", meaning.sign, grade, meaning.kind, meaning.dated_by)
    return *worth, label, meaning.proves, meaning.faked_by, meaning.source


def _headers(policy: Policy) -> str:
    rows = [
        (section, f"`{column}`", ", ".join(entry.value.aliases[1:]), *_dates(entry), entry.value.source)
        for (section, column), history in policy.header_names.names.items()
        for entry in history
    ]
    return _section("Column names", table(("file", "column", "also known as", "from", "to", "source"), rows))


def _tables(policy: Policy) -> str:
    rows = [
        (f"`{column}`", data_source, _grouped(entry.value.words), *_dates(entry), entry.value.source)
        for (column, data_source), history in policy.codes.maps.items()
        for entry in history
    ]
    return _section("Values", table(("column", "data source", "our word: raw values", "from", "to", "source"), rows))


def _grouped(words: Mapping[str, str]) -> str:
    groups: dict[str, list[str]] = {}
    for raw, ours in words.items():
        groups.setdefault(ours, []).append(raw)
    return "; ".join(f"`{ours}`: {', '.join(raws)}" for ours, raws in groups.items())


def _cities(policy: Policy) -> str:
    rows = [
        (code, entry.value.name.zh, entry.value.name.en, *_dates(entry), entry.value.source)
        for code, history in policy.regions.items()
        for entry in history
    ]
    return _section("Cities", table(("code", "name", "in English", "from", "to", "source"), rows))
