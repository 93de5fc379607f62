"""A scratch policy: the files in force with a few values exchanged, to see what they would do before anybody signs.

Numbers and words of the clock and the decision get a successor from a day on, as a notice would bring it (the clock for
one region). What a feed is worth is exchanged in its place: intake reads a delivery by the catalogue of the day on
which it came, and the question is what earlier deliveries would have come to.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

import yaml

from anling.policy import files
from anling.policy.book import Policy, load_texts
from anling.policy.catalogue import GRADES, Feed
from anling.policy.clock_file import SHAPES
from anling.policy.decision_file import DECISION, HEALTH
from anling.policy.errors import PolicyError
from anling.policy.nodes import compose
from anling.policy.parameters import ParameterBook, Scope
from anling.rules.clock import FirstBase
from anling.rules.evidence import Scheme

CLOCK_FILE, DECISION_FILE, FEEDS_FILE = "clock.yaml", "decision.yaml", "feeds.yaml"
YES, NO = "true", "false"
SWITCH, REQUIRED = "in_use", "required"

_PLAIN = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.]{0,39}")
_NOTE = "Tried in a what-if; not in force."


@dataclass(frozen=True, slots=True)
class Setting:
    """A value of the policy that a scratch policy may exchange, as it is in force for a region on a day.

    key: file, part and name with dots between, such as `clock.employee.cycle_months`, `decision.window_months`,
    `feeds.police_death.death`. part: the scheme, the section or the feed. choices: the words it may be; none: a number.
    """

    key: str
    part: str
    name: str
    value: str
    unit: str
    source: str
    choices: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Scratch:
    """Policy files with exchanged values: the texts that differ from the files in force, and who wrote which line."""

    texts: Mapping[str, str]
    lines: Mapping[tuple[str, int], str]

    def policy(self) -> Policy:
        """The policy of these files, by the loader that reads those in force; raises PolicyError."""
        return load_texts(self.texts)

    def key_of(self, error: PolicyError) -> str:
        """The setting whose value an error complains of; empty where it is of no single one."""
        return self.lines.get((error.place.file, error.place.line or 0), "")


@dataclass(frozen=True, slots=True)
class _Edit:
    """Text that takes the place of a stretch of a file. begin, end: in characters."""

    begin: int
    end: int
    text: str
    key: str


def settings(policy: Policy, region: str, on: date) -> tuple[Setting, ...]:
    """All values that a scratch policy may exchange, in the order of the files; raises PolicyError before the first."""
    clocks, thresholds = policy.clocks.parameters, policy.thresholds
    return (
        *(
            _setting(clocks, "clock", scheme.value, name, on, Scope(scheme, region))
            for scheme in Scheme for name in SHAPES
        ),
        *(_setting(thresholds.decision, "decision", "decision", name, on) for name in DECISION),
        *(_setting(thresholds.health, "decision", "health", name, on) for name in HEALTH),
        *(each for feed in policy.catalogue(on).feeds.values() for each in _of_feed(feed)),
    )  # fmt: skip


def _setting(
    book: ParameterBook, file: str, part: str, name: str, on: date, scope: Scope | None = None
) -> Setting:  # fmt: skip
    found = (book.find(name, on, scope) if scope else book.find(name, on)).value
    choices = tuple(word.value for word in FirstBase) if name == "first_base" else ()
    return Setting(f"{file}.{part}.{name}", part, name, str(found.value), found.unit, found.source, choices)


def _of_feed(feed: Feed) -> Iterator[Setting]:
    """Whether it is used and required, and the trust in each code of which more than one grade makes sense."""
    for name, value, source in (
        (SWITCH, YES, feed.source),
        (REQUIRED, YES if feed.required else NO, feed.sources["required"]),
    ):
        yield Setting(f"feeds.{feed.code}.{name}", feed.code, name, value, "yes or no", source, (YES, NO))
    for code in feed.codes.values():
        if len(GRADES[code.sign]) > 1:
            grades = tuple(sorted(grade.value for grade in GRADES[code.sign]))
            key = f"feeds.{feed.code}.code.{code.code}"
            yield Setting(key, feed.code, code.code, code.grade.value, "grade", code.source, grades)


def write(changes: Mapping[str, str], region: str, on: date) -> Scratch:
    """The files in force with some settings exchanged, by their keys; what is written is checked by reading it.

    The clock changes for a region prefix, from a day on; thresholds change everywhere from that day on.
    Raises ValueError for a key that is no setting.
    """
    edits: dict[str, list[_Edit]] = {}
    for key, value in changes.items():
        file, _, rest = key.partition(".")
        edits.setdefault(f"{file}.yaml", []).extend(_edits(file, key, rest, value, region, on))
    texts: dict[str, str] = {}
    lines: dict[tuple[str, int], str] = {}
    for file, wanted in edits.items():
        texts[file], placed = _applied(_text(file), wanted)
        lines |= {(file, line): key for line, key in placed}
    return Scratch(texts, lines)


def _edits(file: str, key: str, rest: str, value: str, region: str, on: date) -> list[_Edit]:
    part, _, name = rest.partition(".")
    match file:
        case "clock" if name in SHAPES and part in tuple(Scheme):
            where: tuple[str, ...] = (name,)
            scope = f", scheme: {part}, region: '{region}'"
            unit = SHAPES[name].unit
        case "decision" if name in {"decision": DECISION, "health": HEALTH}.get(part, {}):
            where, scope = (part, name), ""
            unit = {**DECISION, **HEALTH}[name].unit
        case "feeds":
            return _edits_of_feed(key, part, name, value, on)
        case _:
            raise ValueError(f"{key} is no setting of the policy.")
    entry = (
        f"{{value: {_written(value)}, unit: {unit}, source: assumption{scope}, valid_from: {on.isoformat()},"
        f" note: {_NOTE}}}"
    )
    return [_before_first(_text(f"{file}.yaml"), where, entry, key)]


def _before_first(text: str, where: tuple[str, ...], entry: str, key: str) -> _Edit:
    """An entry put before the first one of a list, with the same indent: the order of entries means nothing."""
    node = compose("", text).node
    for name in where:
        node = _member(node, name)
    first = node.value[0].start_mark
    begin = first.index - first.column
    dash = text[begin : first.index]
    return _Edit(begin, begin, f"{dash}{entry}\n", key)


def _edits_of_feed(key: str, feed: str, name: str, value: str, on: date) -> list[_Edit]:
    text = _text(FEEDS_FILE)
    entries = _member(compose("", text).node, "feeds").value
    found = [entry for entry in entries if _member(entry, "feed").value == feed]
    if not found:
        raise ValueError(f"{key} is no setting of the policy.")
    if name == REQUIRED:
        return [_instead(_member(_member(entry, "required"), "value"), value, key) for entry in found]
    if name == SWITCH:
        return [_ended(text, found[-1], on, key)] if value == NO else []
    code = name.removeprefix("code.")
    meanings = [each for entry in found for each in _member(entry, "codes").value]
    return [_instead(_member(each, "grade"), value, key) for each in meanings if _member(each, "code").value == code]


def _instead(node: yaml.Node, value: str, key: str) -> _Edit:
    return _Edit(node.start_mark.index, node.end_mark.index, _written(value), key)


def _ended(text: str, entry: yaml.Node, on: date, key: str) -> _Edit:
    """The feed ends on the day before: the catalogue of the day does not know it, so nobody waits for it."""
    node = _member(entry, "valid_from")
    end = text.index("\n", node.end_mark.index) + 1
    indent = " " * entry.start_mark.column
    return _Edit(end, end, f"{indent}valid_to: {(on - timedelta(days=1)).isoformat()}\n", key)


def _member(node: yaml.Node, name: str) -> yaml.Node:
    found: yaml.Node = next(value for key, value in node.value if key.value == name)
    return found


def _written(value: str) -> str:
    """As it would be written in the file; what is no plain word stands in quotation marks and is refused as such."""
    return value if _PLAIN.fullmatch(value) else json.dumps(value)


def _applied(text: str, edits: Iterable[_Edit]) -> tuple[str, list[tuple[int, str]]]:
    """The text with its edits, and the line on which each of them stands."""
    made, position, lines = "", 0, []
    for edit in sorted(edits, key=lambda edit: (edit.begin, edit.key)):
        made += text[position : edit.begin]
        lines.append((made.count("\n") + 1, edit.key))
        made += edit.text
        position = edit.end
    return made + text[position:], lines


def _text(file: str) -> str:
    return dict(files.over_shipped({}, {}).texts)[file]
