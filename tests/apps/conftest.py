"""Operations and queries on a real PostgreSQL."""

from collections.abc import Iterator

import pytest
from django.utils import translation

from tests.support.platform import database, db, flushed
from tests.support.province import finished, office


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    """Sentences are asked for in English; a page answers in the language that its reader asks for."""
    with translation.override("en"):
        yield


__all__ = ["database", "db", "finished", "flushed", "office"]
