"""The same rows in any format give the same rows in the store (contracts.md, roster and feeds)."""

from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from tests.intake.given import (
    FEED_HEADERS,
    ROSTER_HEADERS,
    Row,
    csv_bytes,
    feed_file,
    feed_rows,
    intake,
    manifest,
    roster_rows,
    stored,
    taken_in,
    write,
)


def life_and_loss(tmp_path: Path) -> list[tuple[Any, ...]]:
    """Rows of the one batch, without the raw number, whose form is the file's own."""
    result = taken_in(tmp_path)
    assert result.refused == ()
    (batch,) = result.batches
    assert batch.rejected == 0
    columns = "key, name_h, code, row_id, end_day"
    life = stored(batch.folder / "life.parquet", f"{columns}, mark")
    return [*life, *stored(batch.folder / "loss.parquet", f"{columns}, day")]


@pytest.fixture
def expected(tmp_path_factory: pytest.TempPathFactory) -> list[tuple[Any, ...]]:
    folder = tmp_path_factory.mktemp("plain")
    feed_file(folder / "feeds", feed_rows())
    rows = life_and_loss(folder)
    assert len(rows) == 4
    return rows


def put_bytes(tmp_path: Path, content: bytes, rows: int) -> None:
    path = tmp_path / "feeds" / "insurance_inpatient" / "b1.csv"
    path.parent.mkdir(parents=True)
    path.write_bytes(content)
    manifest(path, rows=rows)


@pytest.mark.parametrize("name", ["b1.xlsx", "b1.xls", "b1.parquet"])
def test_formats(tmp_path: Path, name: str, expected: list[tuple[Any, ...]]) -> None:
    feed_file(tmp_path / "feeds", feed_rows(), name=name)
    assert life_and_loss(tmp_path) == expected


@pytest.mark.parametrize(
    ("encoding", "line_end"), [("utf-8-sig", "\r\n"), ("gb18030", "\n"), ("gb18030", "\r\n"), ("utf-8", "\r\n")]
)
def test_encodings(tmp_path: Path, encoding: str, line_end: str, expected: list[tuple[Any, ...]]) -> None:
    put_bytes(tmp_path, csv_bytes(FEED_HEADERS, feed_rows(), encoding, line_end), 4)
    assert life_and_loss(tmp_path) == expected


@pytest.mark.parametrize("delimiter", [";", "\t"])
def test_delimiters(tmp_path: Path, delimiter: str, expected: list[tuple[Any, ...]]) -> None:
    put_bytes(tmp_path, csv_bytes(FEED_HEADERS, feed_rows()).replace(b",", delimiter.encode()), 4)
    assert life_and_loss(tmp_path) == expected


@pytest.mark.parametrize(
    "headers",
    [
        ("记录号", "身份证号码", "姓名", "入院日期", "出院日期", "业务代码"),
        (" ROW_ID ", "AAC002", "aac003", "业务日期", "end_date", "类别代码"),
    ],
)
def test_headers(tmp_path: Path, headers: Sequence[str], expected: list[tuple[Any, ...]]) -> None:
    known = ["event_date" if header == "入院日期" else header for header in headers]
    feed_file(tmp_path / "feeds", feed_rows(), headers=known)
    assert life_and_loss(tmp_path) == expected


def as_date(text: str) -> date:
    return date.fromisoformat(text)


def as_serial(text: str) -> int:
    return (date.fromisoformat(text) - date(1899, 12, 30)).days


def as_digits(text: str) -> str:
    return text.replace("-", "")


def as_slashes(text: str) -> str:
    return "/".join(str(int(part)) for part in text.split("-"))


def with_dates(change: Callable[[str], Any]) -> list[Row]:
    return [(*row[:3], change(row[3]), change(row[4]), row[5]) for row in feed_rows()]


@pytest.mark.parametrize(
    ("name", "change"),
    [
        ("b1.parquet", as_date),
        ("b1.xlsx", as_date),
        ("b1.xls", as_date),
        ("b1.xlsx", as_serial),
        ("b1.csv", as_digits),
        ("b1.xlsx", lambda text: int(as_digits(text))),
        ("b1.parquet", lambda text: int(as_digits(text))),
        ("b1.csv", as_slashes),
        ("b1.csv", lambda text: f"{text} 00:00:00"),
        ("b1.csv", lambda text: f" {text} "),
    ],
)
def test_dates(tmp_path: Path, name: str, change: Callable[[str], Any], expected: list[tuple[Any, ...]]) -> None:
    feed_file(tmp_path / "feeds", with_dates(change), name=name)
    assert life_and_loss(tmp_path) == expected


@pytest.mark.parametrize("name", ["r.csv", "r.xlsx", "r.xls", "r.parquet"])
def test_roster_in_every_format(tmp_path: Path, name: str) -> None:
    batch = intake(tmp_path).roster(write(tmp_path / name, ROSTER_HEADERS, roster_rows()))
    columns = "benefit_no, scheme, city, last_pass_month, pay_status, birth_date, id_status, row_no"
    assert stored(batch.folder / "roster.parquet", columns) == [
        ("A1-P1-employee", "employee", "4401", 2023 * 12 + 5, "paying", date(1940, 1, 1), "valid", 1),
        ("P2-resident", "resident", "4401", None, "suspended", date(1941, 2, 2), "valid", 2),
    ]


def test_months_as_spreadsheet_dates(tmp_path: Path) -> None:
    rows = [(*row[:6], day, row[7]) for row, day in zip(roster_rows(), (date(2023, 6, 1), "202307"), strict=True)]
    batch = intake(tmp_path).roster(write(tmp_path / "r.xlsx", ROSTER_HEADERS, rows))
    assert stored(batch.folder / "roster.parquet", "last_pass_month") == [(2023 * 12 + 5,), (2023 * 12 + 6,)]
