"""Reads one workbook (XLSX, old XLS) in a process of its own: `python -m anling.feeds.intake.workbook FILE OUT`.

A damaged workbook can make the reader panic, abort or ask for all memory there is; none of that may reach the run.
Standard input: JSON, folded header → our column. OUT: an Arrow stream of text columns c0, c1, … and `row`, the number
of the data row; the headers are in the schema's metadata. A workbook that is refused: exit status 3, the sentence on
standard output. Dates come out as ISO, months as yyyy-MM, numbers without a decimal point.
"""

import json
import resource
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta
from itertools import islice
from pathlib import Path

import pyarrow as pa
from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook

from anling.feeds.intake.archives import damaged, refuse_bomb
from anling.feeds.intake.errors import RefusedError
from anling.policy import fold

REFUSED = 3
HEADERS = b"headers"
MOST_MEMORY = 8 << 30
Row = list[str | None]
DATE_COLUMNS = frozenset(("event_date", "end_date", "birth_date"))
MONTH_COLUMNS = frozenset(("application_month", "approval_month", "benefit_start", "last_pass_month"))
EXACT = 10**15
"""Whole numbers below this survive a spreadsheet's floating point; an identity number of 18 digits does not."""

_ROWS_AT_ONCE = 20_000
_EPOCH = date(1899, 12, 30)
_FIRST_SERIAL, _LAST_SERIAL = 61, 99_999  # before 1 March 1900 spreadsheets count a day that never was


class Sheet:
    """The one filled sheet of a workbook: its headers, and its rows as Arrow text columns."""

    def __init__(self, path: Path) -> None:
        """Raises RefusedError where the workbook cannot be read, is a bomb, or has no or several filled sheets."""
        if path.suffix.lower() == ".xlsx":
            refuse_bomb(path)
        self._rows = _filled_sheet(path).iter_rows()
        first = next((row for row in self._rows if any(cell != "" for cell in row)), None)
        if first is None:
            raise _empty(path)
        self.headers = tuple(_text(cell).strip() for cell in first)

    def write(self, target: Path, known: Mapping[str, str]) -> None:
        """The rows below the headers as an Arrow stream; our column under a header decides what a number means."""
        fields = [
            pa.field("row", pa.int64()),
            *(pa.field(f"c{i}", pa.large_string()) for i in range(len(self.headers))),
        ]
        schema = pa.schema(fields, metadata={HEADERS: json.dumps(self.headers)})
        readers = [_reader(known.get(fold(header))) for header in self.headers]
        with pa.ipc.new_stream(target, schema) as stream:
            for batch in self._batches(readers, schema):
                stream.write_batch(batch)

    def _batches(self, readers: Sequence[Callable[[object], str]], schema: pa.Schema) -> Iterator[pa.RecordBatch]:
        numbered = enumerate(self._rows, 1)
        while some := list(islice(numbered, _ROWS_AT_ONCE)):
            filled = [(place, row) for place, row in some if any(cell != "" for cell in row)]
            columns = [[read(row[i]) if i < len(row) else "" for _, row in filled] for i, read in enumerate(readers)]
            yield pa.RecordBatch.from_arrays(
                [
                    pa.array([place for place, _ in filled], pa.int64()),
                    *(pa.array(c, pa.large_string()) for c in columns),
                ],
                schema=schema,
            )


def _filled_sheet(path: Path) -> CalamineSheet:
    try:
        workbook = CalamineWorkbook.from_path(str(path))
        sheets = [workbook.get_sheet_by_index(number) for number in range(len(workbook.sheet_names))]
    except (CalamineError, OSError, ValueError) as error:
        raise damaged(path) from error
    filled = [sheet for sheet in sheets if sheet.height > 0]
    if not filled:
        raise _empty(path)
    if len(filled) > 1:
        names = ", ".join(sheet.name for sheet in filled)
        raise RefusedError(
            f"{path.name}: 有多个非空工作表({names}),请只保留一个 / several sheets hold data ({names}); keep one"
        )
    return filled[0]


def _empty(path: Path) -> RefusedError:
    return RefusedError(f"{path.name}: 工作簿是空的,请检查 / the workbook is empty; check the export")


def _reader(column: str | None) -> Callable[[object], str]:
    if column in DATE_COLUMNS:
        return _date_text
    return _month_text if column in MONTH_COLUMNS else _text


def _date_text(cell: object) -> str:
    day = _day(cell)
    return day.isoformat() if day else _text(cell)


def _month_text(cell: object) -> str:
    day = _day(cell)
    return f"{day:%Y-%m}" if day else _text(cell)


def _day(cell: object) -> date | None:
    """The day of a date cell, or of a cell that lost its date format and shows the serial number of the day."""
    if isinstance(cell, datetime):
        return cell.date()
    if isinstance(cell, date):
        return cell
    if isinstance(cell, (int, float)) and not isinstance(cell, bool) and _FIRST_SERIAL <= cell <= _LAST_SERIAL:
        return _EPOCH + timedelta(days=int(cell))
    return None


def _text(cell: object) -> str:
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() and abs(cell) < EXACT else _decimal(cell)
    if isinstance(cell, int) and not isinstance(cell, bool):
        return str(cell) if abs(cell) < EXACT else f"{cell:.5E}"
    if isinstance(cell, (date, datetime)):
        return cell.isoformat()
    return str(cell)


def _decimal(cell: float) -> str:
    # a rounded identity number shows as 4.40106E+17, which its row is refused for
    return f"{cell:.5E}" if abs(cell) >= EXACT else repr(round(cell, 6))


def main() -> int:
    """Read FILE and write OUT, as the module says."""
    resource.setrlimit(resource.RLIMIT_DATA, (MOST_MEMORY, MOST_MEMORY))
    path, target = map(Path, sys.argv[1:])
    try:
        Sheet(path).write(target, json.load(sys.stdin))
    except RefusedError as error:
        sys.stdout.write(error.sentence)
        return REFUSED
    return 0


if __name__ == "__main__":
    sys.exit(main())
