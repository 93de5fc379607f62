"""The words of notices: read from files, filled with values, the same for the same; nothing here knows the database.

What a notice says must be plain to somebody of 75: what happens, until when, what to do, whom to call. A template that
has been used is never edited: a new version stands beside it, so that every notice can be shown as it was sent.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Set
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from functools import cache
from importlib import resources

from anling.audit.wording import worded
from anling.policy.nodes import Item, compose
from anling.rules.evidence import Scheme
from anling.rules.months import Month
from anling.rules.wording import Words

LANGUAGES = ("zh-hans", "en")
DEFAULT = LANGUAGES[0]
"""The language of whoever has chosen none, and in which rooms name their templates; queueing has the person's own."""
BOTH = "both"
HOTLINE = "hotline"
OTHER_CAUSE = "other"
"""The cause of a stop for which causes.yaml has no clause of its own."""
_FIELD = re.compile(r"\{([a-z_]+)\}")
_LONGEST_WECHAT = 26
_LONGEST_TEXT = 200
_MONTHS = ("January", "February", "March", "April", "May", "June", "July", "August", "September", "October",
           "November", "December")  # fmt: skip


class ValueType(StrEnum):
    """How a value is stored and said. Months are stored yyyy-MM, days yyyy-MM-dd, money as yuan with two places.

    A cause is stored as the word that the roster keeps (suspend_reason) and said as templates/causes.yaml has it, the
    outcome of an appeal as its state and said as templates/outcomes.yaml has it.
    """

    LAST_DAY = "last_day"
    MONTH = "month"
    DAY = "day"
    MONEY = "money"
    TEXT = "text"
    CAUSE = "cause"
    OUTCOME = "outcome"


class Reader(StrEnum):
    """Whom the words are for: the recipient, or, after a death, the family."""

    PERSON = "person"
    FAMILY = "family"


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A question that the reader has, and the answer."""

    heading: str
    text: str


@dataclass(frozen=True, slots=True)
class Said:
    """A notice in words. message: what a telephone shows; fields: what a WeChat template is filled with."""

    message: str
    fields: Mapping[str, str]
    title: str
    letter: tuple[Paragraph, ...]


@dataclass(frozen=True, slots=True)
class Template:
    """The words of one kind for one scheme ('both') in one language. values: what they are filled with."""

    kind: str
    scheme: str
    language: str
    version: int
    values: Mapping[str, ValueType]
    words: Said
    to: Reader

    @property
    def name(self) -> str:
        """Under which a notice keeps what it was made of: warning/resident/until+stop/zh-hans/1."""
        return "/".join((self.kind, self.scheme, "+".join(self.values), self.language, str(self.version)))

    def say(self, values: Mapping[str, str]) -> Said:
        """The words with the values in them; raises ValueError for one that is missing or has not its shape."""
        said = {name: _say(kind, values.get(name, ""), self.language) for name, kind in self.values.items()}
        said[HOTLINE] = values.get(HOTLINE, "")
        whole = self.words
        return Said(
            _fill(whole.message, said),
            {name: _fill(text, said) for name, text in whole.fields.items()},
            _fill(whole.title, said),
            tuple(Paragraph(each.heading, _fill(each.text, said)) for each in whole.letter),
        )


@cache
def templates() -> Mapping[str, Template]:
    """Every template of every version, by name; raises PolicyError where a file is wrong."""
    found: dict[str, Template] = {}
    for language in LANGUAGES:
        text = (resources.files("anling.notices") / "templates" / f"{language}.yaml").read_text(encoding="utf-8")
        for item in compose(f"{language}.yaml", text).items():
            read = _read(item, language)
            if read.name in found:
                raise item.error(
                    Words("%(name)s stands here twice", name=read.name), Words("give the later one a higher version")
                )
            found[read.name] = read
    return found


def choose(kind: str, scheme: str, language: str, given: frozenset[str]) -> Template:
    """The newest template of a kind whose values are those given. Raises ValueError, which says what is missing."""
    fitting = [each for each in templates().values() if each.kind == kind and each.language == language
               and each.scheme in (scheme, BOTH)]  # fmt: skip
    exact = [each for each in fitting if set(each.values) == given]
    if not exact:
        known = " or ".join(sorted({", ".join(each.values) for each in fitting})) or "–"
        raise ValueError(
            worded("A notice of the kind %(kind)s is filled with %(known)s, not with %(given)s.", kind=kind,
                   known=known, given=", ".join(sorted(given)) or "–")
        )  # fmt: skip
    return max(exact, key=lambda each: each.version)


@cache
def in_language(language: str) -> Mapping[str, str]:
    """Name of every template → name of the one that says the same in a language, the newest of another language's."""
    return {
        name: name if each.language == language
        else choose(each.kind, each.scheme, language, frozenset(each.values)).name
        for name, each in templates().items()
    }  # fmt: skip


def names_by_scheme(kind: str, shapes: Iterable[Set[str]], language: str) -> Mapping[str, Mapping[str, str]]:
    """Scheme → names of the values in the order of the alphabet, spaces between → the template that they fill."""
    return {
        scheme.value: {
            " ".join(sorted(shape)): choose(kind, scheme.value, language, frozenset(shape)).name for shape in shapes
        }
        for scheme in Scheme
    }


def _read(item: Item, language: str) -> Template:
    block = item.block(("kind", "scheme", "version", "values", "sms", "wechat", "title", "letter"), ("to",))
    values = {name.token(): kind.word(ValueType) for name, kind in block["values"].pairs()}
    paragraphs = [each.block(("heading", "text")) for each in block["letter"].items()]
    words = Said(
        block["sms"].text(),
        {name.token(): value.text() for name, value in block["wechat"].pairs()},
        block["title"].text(),
        tuple(Paragraph(each["heading"].text(), each["text"].text()) for each in paragraphs),
    )
    texts = (words.message, *words.fields.values(), *(each.text for each in words.letter))
    strangers = {name for text in texts for name in _FIELD.findall(text)} - {*values, HOTLINE}
    if strangers:
        raise item.error(
            Words("nothing fills %(names)s", names=", ".join(sorted(strangers))), Words("name it under values")
        )
    if any(len(text) > _LONGEST_WECHAT for text in words.fields.values()):
        raise block["wechat"].error(
            Words("a field is longer than WeChat shows"), Words("use at most %(most)s characters", most=_LONGEST_WECHAT)
        )
    return Template(
        block["kind"].token(), block["scheme"].token(), language, block["version"].whole(least=1), values, words,
        block["to"].word(Reader) if "to" in block else Reader.PERSON,
    )  # fmt: skip


def _fill(text: str, said: Mapping[str, str]) -> str:
    return _FIELD.sub(lambda field: said[field[1]], text)


def _say(kind: ValueType, value: str, language: str) -> str:
    """A stored value as people say it."""
    match kind:
        case ValueType.MONTH:
            return _month(Month.parse(value), language)
        case ValueType.LAST_DAY:
            return _day(Month.parse(value).last_day, language)
        case ValueType.DAY:
            return _day(date.fromisoformat(value), language)
        case ValueType.MONEY:
            return _money(value, language)
        case ValueType.TEXT:
            if not 1 <= len(value.strip()) <= _LONGEST_TEXT:
                raise ValueError(
                    worded("A text of a notice has 1 to %(most)s characters; shorten it.", most=_LONGEST_TEXT)
                )
            return value.strip().rstrip("。.")
        case ValueType.CAUSE:
            return _clause("causes", value, language)
        case ValueType.OUTCOME:
            return _clause("outcomes", value, language)


def causes() -> Mapping[str, Mapping[str, str]]:
    """Why pay stops: word of the roster → language → clause; raises PolicyError where the file is wrong."""
    return _clauses("causes")


@cache
def _clauses(name: str) -> Mapping[str, Mapping[str, str]]:
    text = (resources.files("anling.notices") / "templates" / f"{name}.yaml").read_text(encoding="utf-8")
    return {
        word.token(): {language: said.text() for language, said in item.block(LANGUAGES).items()}
        for word, item in compose(f"{name}.yaml", text).pairs()
    }


def _clause(name: str, value: str, language: str) -> str:
    if value not in _clauses(name):
        raise ValueError(f"{value!r} is none of the words that templates/{name}.yaml names")
    return _clauses(name)[value][language]


def _month(month: Month, language: str) -> str:
    chinese = language.startswith("zh")
    return f"{month.year}年{month.month}月" if chinese else f"{_MONTHS[month.month - 1]} {month.year}"


def _day(day: date, language: str) -> str:
    chinese = language.startswith("zh")
    return f"{day.year}年{day.month}月{day.day}日" if chinese else f"{day.day} {_MONTHS[day.month - 1]} {day.year}"


def _money(value: str, language: str) -> str:
    try:
        yuan = Decimal(value).quantize(Decimal("0.01"))
    except InvalidOperation as error:
        raise ValueError(worded("%(value)s is no amount of yuan; write it like 1234.50.", value=repr(value))) from error
    return f"{yuan:,.2f}元" if language.startswith("zh") else f"{yuan:,.2f} yuan"
