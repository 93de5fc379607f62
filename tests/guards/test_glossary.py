"""The glossary knows every word that an officer can meet in a result."""

from datetime import date

import pytest

from anling import policy
from anling.rules.evidence import Identity, ListName, Reason, Sign, WhyNot
from tests.guards import repository

FEEDS = policy.load().catalogue(date(2026, 1, 1)).feeds
WORDS = sorted({*map(str, (*Reason, *ListName, *Identity, *WhyNot, *Sign)), *FEEDS})


@pytest.mark.parametrize("word", WORDS)
def test_the_glossary_explains(word: str) -> None:
    assert f"`{word}`" in repository.text(repository.GLOSSARY)
