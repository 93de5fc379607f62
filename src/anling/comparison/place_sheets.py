"""Lists of places that come as workbooks, opened as rosters and feeds are: in a process of its own, bombs refused."""

from __future__ import annotations

import tempfile
from pathlib import Path

import pyarrow as pa

from anling.feeds.intake.errors import RefusedError
from anling.feeds.intake.sheets import read_sheet
from anling.territory.errors import TerritoryError

_COLUMNS = 50
"""Of a list; more to the right are not looked at."""


def read_place_sheet(name: str, content: bytes, most: int) -> list[list[str]]:
    """The rows of a workbook's one filled sheet, its headings first; an empty list stands for an empty row.

    Stops behind row `most`. Raises TerritoryError where the workbook cannot be read or is a bomb.
    """
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"list{Path(name).suffix.lower()}"
        path.write_bytes(content)
        try:
            headers, stream = read_sheet(path, {}, Path(folder))
        except RefusedError as error:
            raise TerritoryError(error.sentence.replace(path.name, name, 1)) from error
        return [list(headers[:_COLUMNS]), *_rows(stream, most)]


def _rows(stream: Path, most: int) -> list[list[str]]:
    rows: list[list[str]] = []
    with pa.ipc.open_stream(stream) as reader:
        for batch in reader:
            number, *columns = (column.to_pylist() for column in batch.columns[: _COLUMNS + 1])
            for place, *cells in zip(number, *columns, strict=True):
                if place > most:
                    return [*rows, *([] for _ in range(most + 1 - len(rows)))]
                rows += [[] for _ in range(place - 1 - len(rows))]
                rows.append([cell or "" for cell in cells])
    return rows
