"""Sentences that outlive the request in which they arise: said in the language of whoever reads them, later.

A refusal of a job is kept in the database and read by officers of both languages, and one that intake writes knows
nothing of Django. Both are kept as "place: Chinese / English"; pages show the half that their reader understands.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from django.utils.functional import lazy
from django.utils.translation import get_language, gettext, override

from anling.rules.wording import Words

CHINESE, ENGLISH = "zh-hans", "en"
_BETWEEN = " / "
_HAN = re.compile("[\u4e00-\u9fff]")


def worded(text: str, /, **values: object) -> str:
    """A text of the catalogue with its values, put into words only when it is read, in the language of that moment.

    text: English, with %(name)s for each value; `script/catalogue` finds it here.
    """
    return _worded(text, values)


def spoken(said: object) -> str:
    """What a room without Django said, in the language of whoever reads it; as it is where it is no `Words`."""
    if not isinstance(said, Words):
        return str(said)
    return _worded(said.template, {name: spoken(value) for name, value in said.values.items()})


def in_both(sentence: object) -> str:
    """A sentence as it is kept: in Chinese and in English; once, where it does not depend on the language."""
    with override(CHINESE):
        chinese = str(sentence)
    with override(ENGLISH):
        english = str(sentence)
    if chinese == english:
        return chinese
    # a colon with a blank ends the place that both halves are about
    return chinese.replace(": ", "：") + _BETWEEN + english


def heard(kept: str) -> str:
    """The half of a kept sentence that the reader understands, with the place that both halves are about.

    Names of files and columns stand in both halves, so the mark between them is the middle one of all; a sentence
    that was kept in one language is left as it is.
    """
    parts = kept.split(_BETWEEN)
    half = len(parts) // 2
    chinese, english = _BETWEEN.join(parts[:half]), _BETWEEN.join(parts[half:])
    if len(parts) % 2 or not _HAN.search(chinese):
        return kept
    if (get_language() or CHINESE).startswith("zh"):
        return chinese
    place, mark, _ = chinese.partition(": ")
    return english if not mark or english.startswith(place) else f"{place}: {english}"


def _say(text: str, values: dict[str, object]) -> str:
    found = gettext(text)  # `script/catalogue` finds texts where `worded` is called
    return found % values if values else found


_worded = lazy(_say, str)


class Listed:
    """Several words, or phrases, with the mark of the reader's language between them, as a value of `worded`."""

    def __init__(self, words: Iterable[object], *, phrases: bool = False) -> None:
        self._words, self._marks = tuple(words), ("；", "; ") if phrases else ("、", ", ")

    def __str__(self) -> str:
        chinese = (get_language() or CHINESE).startswith("zh")
        return self._marks[0 if chinese else 1].join(str(word) for word in self._words)
