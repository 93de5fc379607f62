"""What a workbook would unpack to, before anything unpacks it (zip bombs, sheets with one cell in the last corner)."""

import re
import zipfile
import zlib
from pathlib import Path

from anling.feeds.intake.content import BLOCK
from anling.feeds.intake.errors import RefusedError

MOST_BYTES = 2 << 30
MOST_TIMES = 200
"""How many times a part may grow when unpacked; sheets of real data grow 5 to 30 times."""
MOST_CELLS = 30_000_000
SMALL = 8 << 20

_CELL = re.compile(rb'\br="([A-Z]{1,3})([0-9]{1,7})"')


def refuse_bomb(path: Path) -> None:
    """Raises RefusedError where a workbook (XLSX) is damaged, or larger inside than any real one."""
    try:
        with zipfile.ZipFile(path) as archive:
            _refuse_sizes(path, archive.infolist())
            cells = max((_cells(archive, part) for part in archive.infolist() if _is_sheet(part)), default=0)
    except (zipfile.BadZipFile, OSError, EOFError, NotImplementedError, RuntimeError, ValueError, zlib.error) as error:
        raise damaged(path) from error
    if cells > MOST_CELLS:
        raise _too_large(path)


def damaged(path: Path) -> RefusedError:
    """The sentence for a workbook that cannot be opened."""
    return RefusedError(
        f"{path.name}: 工作簿损坏、不完整或有密码,请重新导出 / the workbook is damaged, cut short or protected by a"
        " password; export it again"
    )


def _refuse_sizes(path: Path, parts: list[zipfile.ZipInfo]) -> None:
    grown = any(p.file_size > SMALL and p.file_size > MOST_TIMES * max(p.compress_size, 1) for p in parts)
    if grown or sum(part.file_size for part in parts) > MOST_BYTES:
        raise _too_large(path)


def _is_sheet(part: zipfile.ZipInfo) -> bool:
    return part.filename.startswith("xl/") and part.filename.endswith(".xml")


def _cells(archive: zipfile.ZipFile, part: zipfile.ZipInfo) -> int:
    """Rows × columns up to the last cell named in a part; reading it to its end also proves its size and checksum."""
    last_row, columns, rest = 0, set[bytes](), b""
    with archive.open(part) as stream:
        while block := stream.read(BLOCK):
            found = _CELL.findall(rest + block)
            rest = block[-32:]
            if found:
                columns.update(letters for letters, _ in found)
                last_row = max(last_row, *(int(row) for _, row in found))
    return last_row * max(map(_column_number, columns), default=0)


def _column_number(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number


def _too_large(path: Path) -> RefusedError:
    return RefusedError(
        f"{path.name}: 工作簿解压后过大,请分成几个文件或改用 CSV / the workbook is too large when unpacked;"
        " split it or send it as CSV"
    )
