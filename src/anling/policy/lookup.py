"""Read-only tables by text, plain or blind to case, width and blanks."""

import unicodedata
from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import TypeVar

Value = TypeVar("Value")

# Not white space to Python, yet met at the start of files and within pasted headers.
_INVISIBLE = "\ufeff\u200b"


@lru_cache(4096)
def fold(text: str) -> str:
    """The text without case, width and blanks: full-width `ＡＡＣ００１ ` and `aac001` are the same."""
    wide = unicodedata.normalize("NFKC", text).casefold()
    return "".join(character for character in wide if not character.isspace() and character not in _INVISIBLE)


class Table(Mapping[str, Value]):
    """A mapping that cannot be changed."""

    __slots__ = ("_entries",)

    def __init__(self, entries: Mapping[str, Value]) -> None:
        self._entries = dict(entries)

    def __getitem__(self, key: str) -> Value:
        return self._entries[key]

    def __iter__(self) -> Iterator[str]:
        return iter(self._entries)

    def __len__(self) -> int:
        return len(self._entries)

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self._entries!r})"


class FoldedTable(Table[Value]):
    """A table asked by any spelling; iteration gives the folded spellings."""

    __slots__ = ()

    def __init__(self, entries: Mapping[str, Value]) -> None:
        super().__init__({fold(key): value for key, value in entries.items()})

    def __getitem__(self, key: str) -> Value:
        return super().__getitem__(fold(key))
