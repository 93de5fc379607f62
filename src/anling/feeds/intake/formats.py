"""Opens a file of any format we read as a table of the engine (contracts.md: CSV, XLSX, old XLS, Parquet)."""

import csv
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from anling.engines.duckdb.session import Session
from anling.engines.duckdb.tables import (
    CsvForm,
    DamagedError,
    OpenedFile,
    Rows,
    UnreadableError,
    Wanted,
    open_parquet,
    read_csv,
    read_rows,
)
from anling.feeds.intake.content import BLOCK, Content, hashed, scanned
from anling.feeds.intake.encodings import transcode
from anling.feeds.intake.errors import RefusedError
from anling.feeds.intake.headers import mapped
from anling.feeds.intake.sheets import read_sheet

SHEETS = (".xlsx", ".xls")
SUFFIXES = (".csv", ".parquet", *SHEETS)

_DELIMITERS = ",;\t|"


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of file: spellings known for its columns, the columns themselves, and the ones that must be there."""

    known: Mapping[str, str]
    wanted: Wanted
    required: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Opened:
    """A file, opened: its rows, and the numbers of the lines that are none. present: our columns in the file."""

    rows: Rows
    broken: tuple[int, ...]
    present: frozenset[str]


@dataclass(frozen=True, slots=True)
class Place:
    """Where a file is opened: the session, and a folder for what is written meanwhile."""

    session: Session
    folder: Path


def read_content(path: Path) -> Content:
    """Hash and encoding of a file. Raises RefusedError where it is missing, of no known format, or no text we read."""
    if path.suffix.lower() not in SUFFIXES:
        raise RefusedError(
            f"{path.name}: 不支持的格式,请使用 CSV、XLSX、XLS 或 Parquet / unknown format; send CSV, XLSX, XLS"
            " or Parquet"
        )
    try:
        return scanned(path) if path.suffix.lower() == ".csv" else hashed(path)
    except OSError as error:
        raise RefusedError(f"{path.name}: 无法读取文件 / the file cannot be read; check name and rights") from error


def open_file(place: Place, path: Path, content: Content, kind: Kind) -> Opened:
    """Open a file for reading. Raises RefusedError, or an EngineError of the file or of ours, see `refusing`."""
    opener = {".csv": _open_csv, ".parquet": _open_parquet}.get(path.suffix.lower(), _open_sheet)
    file, mapping = opener(place, path, content, kind)
    return Opened(file.rows(mapping, kind.wanted), file.broken, frozenset(mapping))


@contextmanager
def refusing(path: Path) -> Iterator[None]:
    """What the engine cannot read of a file refuses that file; lack of memory and errors of ours are no fault of it."""
    try:
        yield
    except UnreadableError as error:
        raise RefusedError(f"{path.name}: 文件无法读取 / the file cannot be read: {error}") from error
    except DamagedError as error:
        raise RefusedError(
            f"{path.name}: 文件损坏、不完整,或换行与引号混乱,请重新导出 / the file is damaged, cut short, or mixes line"
            " ends and quotes; export it again"
        ) from error


Opener = Callable[[Place, Path, Content, Kind], tuple[OpenedFile, dict[str, str]]]


def _open_parquet(place: Place, path: Path, _content: Content, kind: Kind) -> tuple[OpenedFile, dict[str, str]]:
    file = open_parquet(place.session, path)
    return file, mapped(path, file.headers, kind.known, kind.required)


def _open_csv(place: Place, path: Path, content: Content, kind: Kind) -> tuple[OpenedFile, dict[str, str]]:
    text = path
    if content.encoding == "gb18030":
        text = place.folder / "utf8.csv"
        transcode(path, text)
    form = _first_line(path, text)
    mapping = mapped(path, form.headers, kind.known, kind.required)
    return read_csv(place.session, text, form, frozenset(mapping.values())), mapping


def _open_sheet(place: Place, path: Path, _content: Content, kind: Kind) -> tuple[OpenedFile, dict[str, str]]:
    headers, rows = read_sheet(path, kind.known, place.folder)
    mapping = mapped(path, headers, kind.known, kind.required)
    return read_rows(rows, headers), mapping


def _first_line(path: Path, text: Path) -> CsvForm:
    """How a CSV file in UTF-8 is written. Raises RefusedError for one without a line of headers."""
    with text.open("rb") as file:
        head = file.read(BLOCK)
    line, newline, _ = head.partition(b"\n")
    if not newline and b"\r" in line:
        raise RefusedError(
            f"{path.name}: 换行符是单独的 CR,请另存为 Windows 或 Unix 换行 / lines end in a bare CR; save the file with"
            " Windows or Unix line ends"
        )
    written = line.decode("utf-8-sig", "replace").rstrip("\r")
    if not written.strip():
        raise RefusedError(f"{path.name}: 第一行没有列名,请补上 / the first row holds no headers; add them")
    delimiter = max(_DELIMITERS, key=written.count)
    headers = tuple(header.strip() for header in next(csv.reader([written], delimiter=delimiter)))
    return CsvForm(_distinct(headers), delimiter, "\r\n" if line.endswith(b"\r") else "\n")


def _distinct(headers: Iterable[str]) -> tuple[str, ...]:
    """Headers without a name get one that stands for no column."""
    return tuple(header or f"\0{place}" for place, header in enumerate(headers))
