"""Where a folder lies: on a drive of this machine, or on a filesystem that Spark reads by an address (hdfs://…)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Self
from urllib.parse import unquote, urlsplit

from anling.engines.errors import EngineMissingError

_ADDRESS = re.compile(r"([A-Za-z][\w+.-]*)://([^/\s]*)(/\S.*)")


@dataclass(frozen=True, slots=True)
class Address:
    """A file or folder on a filesystem of Hadoop's kind: hdfs://NAME/folder, s3a://BUCKET/folder, viewfs://…

    Raises EngineMissingError where it names no folder below the filesystem's root.
    """

    text: str

    def __post_init__(self) -> None:
        if not _ADDRESS.fullmatch(self.text) or self.text.endswith("/"):
            raise EngineMissingError(f"{self.text}: that is no address of a folder; write hdfs://NAME/FOLDER.")

    @property
    def path(self) -> str:
        """What stands behind the filesystem's name, from / on."""
        found = _ADDRESS.fullmatch(self.text)
        assert found is not None
        return found[3]

    @property
    def name(self) -> str:
        """The last word of the path."""
        return self.text.rpartition("/")[2]

    def beside(self, name: str) -> Self:
        """Another name in the same folder."""
        return type(self)(f"{self.text.rpartition('/')[0]}/{name}")

    def __truediv__(self, below: str) -> Self:
        return type(self)(f"{self.text}/{below}")

    def __str__(self) -> str:
        return self.text


def place(text: str) -> Path | Address:
    """A folder as it is written on the command line; file:///… is one of this machine. Raises EngineMissingError."""
    if text.startswith("file:"):
        return Path(unquote(urlsplit(text).path))
    return Address(text.rstrip("/")) if "://" in text else Path(text)
