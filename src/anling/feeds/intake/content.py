"""What can be told from a file's bytes alone: its hash, its encoding, and what no CSV of a department contains."""

import codecs
import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from anling.feeds.intake.errors import RefusedError

BLOCK = 1 << 20
JUDGED_BLOCKS = 4
"""Blocks with other than ASCII text that are decoded to tell UTF-8 from GB18030."""

_JUDGED_BYTES = 1 << 16
_BEYOND_ASCII = re.compile(rb"[\x80-\xff]")
_WIDE = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


@dataclass(frozen=True, slots=True)
class Content:
    """sha256 in hexadecimal; encoding 'utf-8' or 'gb18030' of a text file; whether NUL characters are in it."""

    sha256: str
    encoding: str = "utf-8"
    has_nul: bool = False


def hashed(path: Path) -> Content:
    """The content of a file that is not text."""
    with path.open("rb") as file:
        return Content(hashlib.file_digest(file, "sha256").hexdigest())


def scanned(path: Path) -> Content:
    """The content of a text file, in one reading. Raises RefusedError for UTF-16 and for a line beyond a megabyte."""
    digest = hashlib.sha256()
    judge = _Judge()
    has_nul = False
    for number, block in enumerate(_blocks(path)):
        if number == 0:
            _refuse_wide(path, block)
        if len(block) == BLOCK and b"\n" not in block:
            raise _too_long(path)
        digest.update(block)
        has_nul = has_nul or b"\0" in block
        judge.feed(block)
    return Content(digest.hexdigest(), judge.encoding, has_nul)


def _blocks(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        while block := file.read(BLOCK):
            yield block


class _Judge:
    """UTF-8 or GB18030: Chinese text in the one is hardly ever valid in the other."""

    def __init__(self) -> None:
        self._blocks = self._broken = self._sound = 0

    def feed(self, block: bytes) -> None:
        if self._blocks == JUDGED_BLOCKS or not (first := _BEYOND_ASCII.search(block)):
            return
        self._blocks += 1
        text = block[first.start() : first.start() + _JUDGED_BYTES].decode("utf-8", "replace")
        broken = text.count("\N{REPLACEMENT CHARACTER}")
        self._broken += broken
        self._sound += len(text) - len(text.encode("ascii", "ignore")) - broken

    @property
    def encoding(self) -> str:
        return "gb18030" if self._broken * 4 > self._sound else "utf-8"


def _refuse_wide(path: Path, block: bytes) -> None:
    head = block[:1000]
    if head.startswith(_WIDE) or head.count(b"\0") * 5 > len(head) > 0:
        raise RefusedError(
            f"{path.name}: 文件是 UTF-16 编码,请另存为 UTF-8 的 CSV / the file is UTF-16; save it as CSV in UTF-8"
        )


def _too_long(path: Path) -> RefusedError:
    return RefusedError(
        f"{path.name}: 有一行超过 1 MB,请检查换行或引号后重新导出 / one line is longer than 1 MB;"
        " check line ends and quotes and export it again"
    )
