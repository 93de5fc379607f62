"""Every word of a result can be said, in Chinese and in English."""

from collections.abc import Mapping
from enum import StrEnum

import pytest

from anling.comparison import phrases
from anling.comparison.phrases import Phrase, Use, said_day, said_month
from anling.matching.health import Health
from anling.rules.clock import FirstBase
from anling.rules.evidence import Grade, Identity, ListName, Reason, Scheme, WhyNot
from anling.rules.months import Month
from anling.rules.names import masked_name
from tests.comparison.conftest import AS_OF

TABLES: list[tuple[type[StrEnum], Mapping[StrEnum, Phrase]]] = [
    (ListName, phrases.LISTS),  # type: ignore[list-item]
    (Scheme, phrases.SCHEMES),  # type: ignore[list-item]
    (Reason, phrases.REASONS),  # type: ignore[list-item]
    (WhyNot, phrases.WHY_NOT),  # type: ignore[list-item]
    (Use, phrases.USES),  # type: ignore[list-item]
    (Grade, phrases.GRADES),  # type: ignore[list-item]
    (Identity, phrases.IDENTITIES),  # type: ignore[list-item]
    (Health, phrases.HEALTH),  # type: ignore[list-item]
    (FirstBase, phrases.FIRST_BASES),  # type: ignore[list-item]
]


def is_chinese(text: str) -> bool:
    return any("\u4e00" <= character <= "\u9fff" for character in text)


@pytest.mark.parametrize(("words", "table"), TABLES, ids=lambda value: getattr(value, "__name__", ""))
def test_every_word_has_its_own_phrase_in_both_languages(words: type[StrEnum], table: Mapping[StrEnum, Phrase]) -> None:
    assert set(table) == set(words)
    assert len({phrase.zh for phrase in table.values()}) == len({phrase.en for phrase in table.values()}) == len(words)
    assert all(is_chinese(phrase.zh) and phrase.en and not is_chinese(phrase.en) for phrase in table.values())


def test_days_and_months_are_read_as_in_an_office() -> None:
    assert said_day(AS_OF) == ("2024年5月31日", "31 May 2024")
    assert said_month(Month.of(2025, 12)) == ("2025年12月", "December 2025")


@pytest.mark.parametrize(("name", "shown"), [("王国华", "王＊"), ("John Smith", "J＊"), ("", "")])
def test_a_masked_name_keeps_its_first_character(name: str, shown: str) -> None:
    assert masked_name(name) == shown
