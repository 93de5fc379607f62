"""GB18030 text as UTF-8: the engine reads UTF-8 only, and its extension for the other would have to be downloaded."""

import codecs
from pathlib import Path

from anling.feeds.intake.content import BLOCK
from anling.feeds.intake.errors import RefusedError


def transcode(path: Path, target: Path) -> None:
    """Write a GB18030 file as UTF-8, in a stream. Raises RefusedError with row and byte of the first wrong sequence."""
    decoder = codecs.getincrementaldecoder("gb18030")("strict")
    done = rows = 0
    with path.open("rb") as source, target.open("wb") as sink:
        while block := source.read(BLOCK):
            try:
                text = decoder.decode(block, final=len(block) < BLOCK)
            except UnicodeDecodeError as error:
                row = rows + error.object[: error.start].count(b"\n")
                raise _undecodable(path, row, done + error.start) from error
            sink.write(text.encode("utf-8", "replace"))
            done += len(block)
            rows += block.count(b"\n")


def _undecodable(path: Path, row: int, byte: int) -> RefusedError:
    return RefusedError(
        f"{path.name}: 第 {row} 行(约第 {byte} 字节)既不是 UTF-8 也不是 GB18030,请用其中一种重新导出 /"
        f" row {row} (near byte {byte}) is neither UTF-8 nor GB18030; export it again in one of them"
    )
