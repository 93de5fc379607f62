"""YAML nodes read strictly: each value is asked for by type, and a wrong one is refused at its line.

The composed nodes are used, not the constructed objects: they know their line and the text as it was written, so that
the code 01 stays `01` and `no` is never taken for a country or a word.
"""

import math
import re
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Protocol, TypeVar

import yaml

from anling.policy.errors import Place, PolicyError
from anling.rules.wording import Words

Word = TypeVar("Word", bound=StrEnum)

# The C parser gives the same nodes ten times faster; a build of PyYAML without it still works.
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_DEEPEST = 20
_LONGEST = 200
_WHOLE = re.compile(r"0|[1-9][0-9]{0,8}")  # nine digits are more than any policy needs, and always fit
_NUMBER = re.compile(r"(0|[1-9][0-9]*)(\.[0-9]+)?")
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


@dataclass(frozen=True, slots=True)
class Item:
    """One YAML node and the file it stands in."""

    file: str
    node: yaml.Node

    @property
    def place(self) -> Place:
        """File and line on which the node begins."""
        return _place(self.file, self.node.start_mark)

    def error(self, problem: Words, remedy: Words) -> PolicyError:
        """The error to raise for this node."""
        return PolicyError(self.place, problem.cut(_LONGEST), remedy)

    def pairs(self) -> tuple[tuple["Item", "Item"], ...]:
        """Keys and values of a mapping with free keys, in the order of the file; raises PolicyError."""
        if not isinstance(self.node, yaml.MappingNode):
            raise self.error(
                Words("a mapping of keys to values is expected here"), Words("write lines of the form `key: value`")
            )
        found = tuple((Item(self.file, key), Item(self.file, value)) for key, value in self.node.value)
        _refuse_repeated([key for key, _ in found])
        return found

    def block(self, required: Collection[str], optional: Collection[str] = ()) -> dict[str, "Item"]:
        """A mapping with known keys; raises PolicyError on a key that is unknown, repeated or missing."""
        known = (*required, *optional)
        found: dict[str, Item] = {}
        for key, value in self.pairs():
            if key.token() not in known:
                raise key.error(
                    Words("unknown key `%(key)s`", key=key.token()),
                    Words("remove it or use one of %(known)s", known=", ".join(known)),
                )
            found[key.token()] = value
        for name in required:
            if name not in found:
                raise self.error(
                    Words("the key `%(key)s` is missing", key=name), Words("add `%(key)s:` to this entry", key=name)
                )
        return found

    def items(self) -> tuple["Item", ...]:
        """The entries of a list that is not empty; raises PolicyError."""
        if not isinstance(self.node, yaml.SequenceNode) or not self.node.value:
            raise self.error(
                Words("a list with at least one entry is expected here"), Words("begin each entry with `- `")
            )
        return tuple(Item(self.file, node) for node in self.node.value)

    def token(self) -> str:
        """A code exactly as written, quoted or not: `01` and `"01"` are the same."""
        if not isinstance(self.node, yaml.ScalarNode) or not self.node.value.strip():
            raise self.error(Words("a single word or code is expected here"), Words("write one value on this line"))
        return str(self.node.value)

    def text(self) -> str:
        """A text that is not empty."""
        return self._scalar(
            "str",
            Words("a text is expected here"),
            Words("write words, in quotation marks where YAML takes them for another type"),
        )

    def whole(self, least: int = 0) -> int:
        """A whole number not under `least`."""
        remedy = Words("write digits only, %(least)s or more", least=least)
        text = self._scalar("int", Words("a whole number is expected here"), remedy)
        if not _WHOLE.fullmatch(text) or int(text) < least:
            problem = Words("`%(text)s` is not a whole number of at least %(least)s", text=text, least=least)
            raise self.error(problem, remedy)
        return int(text)

    def number(self) -> float:
        """A number greater than 0."""
        if not isinstance(self.node, yaml.ScalarNode) or not _NUMBER.fullmatch(self.node.value):
            raise self.error(Words("a number is expected here"), Words("write digits with at most one decimal point"))
        value = float(
            self._scalar(self._tag(), Words("a number is expected here"), Words("leave out the quotation marks"))
        )
        if self._tag() == "str" or not 0 < value < math.inf:
            raise self.error(
                Words("`%(text)s` is not a number above 0", text=self.node.value),
                Words("write one, without quotation marks"),
            )
        return value

    def truth(self) -> bool:
        """true or false; the other spellings of YAML 1.1 (yes, on …) are refused."""
        remedy = Words("write true or false")
        text = self._scalar("bool", Words("true or false is expected here"), remedy)
        if text not in ("true", "false"):
            raise self.error(Words("`%(text)s` is not true or false", text=text), remedy)
        return text == "true"

    def day(self) -> date:
        """A calendar day, yyyy-mm-dd."""
        remedy = Words("write an existing day as yyyy-mm-dd without quotation marks")
        text = self._scalar("timestamp", Words("a day is expected here"), remedy)
        try:
            if _DAY.fullmatch(text):
                return date.fromisoformat(text)
        except ValueError:
            pass
        raise self.error(Words("`%(text)s` is not a day", text=text), remedy)

    def word(self, words: type[Word]) -> Word:
        """A word of the enum `words`."""
        token = self.token()
        if token not in {word.value for word in words}:
            raise self.error(
                Words("unknown word `%(word)s`", word=token), Words("use one of %(known)s", known=", ".join(words))
            )
        return words(token)

    def matching(self, pattern: re.Pattern[str], shape: Words) -> str:
        """A code of the given shape; `shape` says in words what is to be written."""
        token = self.token()
        if not pattern.fullmatch(token):
            raise self.error(Words("`%(text)s` has not the shape expected here", text=token), shape)
        return token

    def _tag(self) -> str:
        return str(self.node.tag).rpartition(":")[2]

    def _scalar(self, tag: str, problem: Words, remedy: Words) -> str:
        if not isinstance(self.node, yaml.ScalarNode) or self._tag() != tag or not self.node.value.strip():
            raise self.error(problem, remedy)
        return str(self.node.value)


def compose(file: str, text: str) -> Item:
    """The root node of a YAML text; raises PolicyError where it is no YAML or empty."""
    try:
        _refuse_depth(file, text)
        node = yaml.compose(text, Loader=_LOADER)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        place = Place(file, mark.line + 1 if mark else None)
        raise PolicyError(
            place, Words("this is not valid YAML"), Words("mend the line, its indent or its quotation marks")
        ) from error
    if node is None:
        raise PolicyError(
            Place(file), Words("the file is empty"), Words("fill it or remove it so that the shipped file is used")
        )
    return Item(file, node)


class _Mark(Protocol):
    # Both parsers of PyYAML have a class of their own for it.
    @property
    def line(self) -> int: ...


def _place(file: str, mark: _Mark | None) -> Place:
    return Place(file, mark.line + 1 if mark else None)


def _refuse_depth(file: str, text: str) -> None:
    # The composer calls itself for every level, and its C form has no guard: a deep file would end the process.
    depth = 0
    for event in yaml.parse(text, Loader=_LOADER):
        depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
        if depth > _DEEPEST:
            raise PolicyError(
                _place(file, event.start_mark),
                Words("brackets are nested more than %(most)s deep", most=_DEEPEST),
                Words("close them where they belong"),
            )


def _refuse_repeated(keys: list[Item]) -> None:
    lines: dict[str, int | None] = {}
    for key in keys:
        token = key.token()
        if token in lines:
            raise key.error(
                Words("the key `%(key)s` stands here and on line %(line)s", key=token, line=lines[token]),
                Words("keep one of the two"),
            )
        lines[token] = key.place.line
