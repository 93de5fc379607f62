"""Rosters and feeds as departments send them, in every format; people are synthetic."""

import csv
import hashlib
import io
import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq
import xlwt

from anling import policy
from anling.feeds.intake import FeedIntake, Intake
from anling.rules.numbers import check_character

POLICY = policy.load()
DELIVERED = "2024-07-25T10:00:00"
FEED_HEADERS = ("row_id", "id_number", "name", "event_date", "end_date", "code")
ROSTER_HEADERS = ("person_no", "id_number", "name", "scheme", "region", "agency", "last_pass_month", "pay_status")
KEPT_FOR_ROWS = ("loss.parquet", "other.parquet", "odd_names.parquet", "quarantine.parquet")

Row = Sequence[Any]


def number(first17: str) -> str:
    """A number that passes its check."""
    return first17 + check_character(first17)


LI = number("44010619400101001")
WANG = number("44010619410202002")


def feed_rows() -> list[Row]:
    """Three hospital stays and a death in hospital, all acceptable."""
    return [
        ("s1", LI, "李明", "2024-03-05", "2024-03-09", "discharged"),
        ("s2", WANG, "王芳", "2024-04-01", "2024-04-02", "discharged"),
        ("s3", LI.lower(), "李明", "2024-05-01", "2024-05-03", "discharged"),
        ("s4", "", "陈·阿依", "2024-06-01", "2024-06-04", "died"),
    ]


def roster_rows() -> list[Row]:
    """Two benefits, one never certified."""
    return [
        ("P1", LI, "李明", "employee", "440106", "A1", "2023-06", "paying"),
        ("P2", WANG, "王芳", "170", "440106001", "", "", "2"),
    ]


def csv_bytes(headers: Sequence[str], rows: Iterable[Row], encoding: str = "utf-8", line_end: str = "\n") -> bytes:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator=line_end)
    writer.writerow(headers)
    writer.writerows(rows)
    return text.getvalue().encode(encoding)


def write(path: Path, headers: Sequence[str], rows: Sequence[Row]) -> Path:
    """A file in the format that its name says; dates go into spreadsheets as they are given."""
    path.parent.mkdir(parents=True, exist_ok=True)
    if path.suffix == ".csv":
        path.write_bytes(csv_bytes(headers, rows))
    elif path.suffix == ".xlsx":
        _write_xlsx(path, [headers, *rows])
    elif path.suffix == ".xls":
        _write_xls(path, [headers, *rows])
    else:
        columns = {header: [row[place] for row in rows] for place, header in enumerate(headers)}
        pq.write_table(pa.table(columns), path)
    return path


def feed_file(
    directory: Path, rows: Sequence[Row], *, name: str = "b1.csv", feed: str = "insurance_inpatient", **changes: Any
) -> Path:
    """A batch with its manifest; `changes` replace fields of the manifest, `headers` the headers."""
    headers = changes.pop("headers", FEED_HEADERS)
    path = write(directory / feed / name, headers, rows)
    manifest(path, rows=len(rows), **changes)
    return path


def manifest(path: Path, **changes: Any) -> None:
    values: dict[str, Any] = {
        "feed": path.parent.name,
        "batch": path.stem,
        "covers_from": "2024-01-01",
        "covers_to": "2024-06-30",
        "delivered_at": DELIVERED,
        "sha256": hashlib.sha256(path.read_bytes()).hexdigest(),
        **changes,
    }
    path.with_suffix(".json").write_text(json.dumps(values, default=str))


def intake(tmp_path: Path) -> Intake:
    return Intake(tmp_path / "store", POLICY, memory_limit="1GB", threads=1)


def taken_in(tmp_path: Path) -> FeedIntake:
    """The feeds of tmp_path/feeds."""
    return intake(tmp_path).feeds(tmp_path / "feeds")


def stored(path: Path, columns: str = "*") -> list[tuple[Any, ...]]:
    """Rows of a Parquet file of a batch in the store; none where it is a file that is kept for its rows alone."""
    if path.name in KEPT_FOR_ROWS and (path.parent / "batch.json").exists() and not path.exists():
        return []
    return duckdb.connect().execute(f"SELECT {columns} FROM read_parquet('{path}')").fetchall()


def reasons(folder: Path) -> Mapping[int, str]:
    """Data row → why it is in quarantine."""
    return dict(stored(folder / "quarantine.parquet", "row, reason"))


def _write_xlsx(path: Path, rows: Iterable[Row]) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    for row in rows:
        sheet.append(list(row))
    book.save(path)


def _write_xls(path: Path, rows: Iterable[Row]) -> None:
    book = xlwt.Workbook()
    sheet = book.add_sheet("rows")
    dated = xlwt.easyxf(num_format_str="YYYY-MM-DD")
    for line, row in enumerate(rows):
        for place, value in enumerate(row):
            sheet.write(line, place, value, *([dated] if isinstance(value, date) else []))
    book.save(str(path))
