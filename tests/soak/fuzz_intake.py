"""A thousand damaged files: each is refused in one sentence, or taken in with its wrong rows named; nothing half done.

Run with `python -m tests.soak.fuzz_intake [CASES] [SEED]`; tests/intake runs a few of the same cases.
"""

import random
import re
import sys
import tempfile
import zipfile
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import openpyxl

from anling.feeds.intake import InputError
from tests.intake.given import (
    FEED_HEADERS,
    LI,
    ROSTER_HEADERS,
    WANG,
    Row,
    csv_bytes,
    intake,
    manifest,
    stored,
    write,
)

FORMATS = (".csv", ".xlsx", ".xls", ".parquet")
CASES, SEED = 1000, 20240725
SENTENCE = re.compile(r"[^\n]{10,400}")
TRACE = re.compile(r"Traceback|Error:|Exception|\.py\b|0x[0-9a-f]{6}")


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a case: refused with its sentence, or taken in with so many rows in quarantine."""

    mutation: str
    refused: str | None
    rows: int = 0
    rejected: int = 0


Mutation = Callable[[random.Random, Path], None]


def truncated(chance: random.Random, path: Path) -> None:
    content = path.read_bytes()
    path.write_bytes(content[: chance.randrange(len(content))])


def flipped(chance: random.Random, path: Path) -> None:
    content = bytearray(path.read_bytes())
    for _ in range(chance.randrange(1, 20)):
        content[chance.randrange(len(content))] = chance.randrange(256)
    path.write_bytes(content)


def wrong_encoding(chance: random.Random, path: Path) -> None:
    if path.suffix != ".csv":
        flipped(chance, path)
        return
    encoding = chance.choice(("utf-16", "utf-16-le", "big5", "utf-32", "gb18030", "utf-8-sig"))
    path.write_bytes(path.read_bytes().decode().encode(encoding, "replace"))


def nul_bytes(chance: random.Random, path: Path) -> None:
    content = bytearray(path.read_bytes())
    for _ in range(chance.randrange(1, 5)):
        content.insert(chance.randrange(len(content)), 0)
    path.write_bytes(content)


def stray_quotes(chance: random.Random, path: Path) -> None:
    content = bytearray(path.read_bytes())
    for _ in range(chance.randrange(1, 4)):
        content.insert(chance.randrange(len(content)), chance.choice(b'",\r\n;'))
    path.write_bytes(content)


def long_line(chance: random.Random, path: Path) -> None:
    with path.open("ab") as file:
        file.write(b"x" * chance.choice((100_000, 3_000_000, 100_000_000)))


def other_format(chance: random.Random, path: Path) -> None:
    path.write_bytes(
        chance.choice((b"", b"PK\x03\x04", b"PAR1PAR1", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"{}", b"\n"))
    )


def zip_bomb(chance: random.Random, path: Path) -> None:
    target = path.with_suffix(".xlsx")
    path.unlink()
    path.with_suffix(".json").unlink(missing_ok=True)
    book = openpyxl.Workbook()
    book.save(target)
    with zipfile.ZipFile(target, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(f"xl/media/{chance.randrange(9)}.bin", b"\0" * 50_000_000)


def far_cell(chance: random.Random, path: Path) -> None:
    target = path.with_suffix(".xlsx")
    path.unlink()
    path.with_suffix(".json").unlink(missing_ok=True)
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(list(FEED_HEADERS))
    sheet.cell(row=chance.choice((900_000, 1_048_576)), column=chance.choice((500, 16_384)), value="x")
    book.save(target)


BYTES: tuple[Mutation, ...] = (
    truncated, flipped, wrong_encoding, nul_bytes, stray_quotes, long_line, other_format, zip_bomb, far_cell,
)  # fmt: skip

RowMutation = Callable[[random.Random, list[str], list[list[object]]], None]


def swapped_columns(chance: random.Random, _headers: list[str], rows: list[list[object]]) -> None:
    one, other = chance.sample(range(len(rows[0])), 2)
    for row in rows:
        row[one], row[other] = row[other], row[one]


def wrong_header(chance: random.Random, headers: list[str], _rows: list[list[object]]) -> None:
    headers[chance.randrange(len(headers))] = chance.choice(("", "x", "姓名", "AAC003", headers[0], "\0", "code,"))


def formula_cells(chance: random.Random, _headers: list[str], rows: list[list[object]]) -> None:
    for row in rows:
        row[chance.randrange(len(row))] = chance.choice(("=1/0", "=A1&B1", "=TODAY()", "=cmd|' /C calc'!A0"))


def numbers_for_dates(chance: random.Random, _headers: list[str], rows: list[list[object]]) -> None:
    for row in rows:
        row[chance.randrange(len(row))] = chance.choice((45356, 45356.5, -1, 1e18, 4.40106194001010e17, 0, 20240305))


def repeated_row_ids(chance: random.Random, _headers: list[str], rows: list[list[object]]) -> None:
    for row in chance.sample(rows, 3):
        row[0] = rows[0][0]


def odd_texts(chance: random.Random, _headers: list[str], rows: list[list[object]]) -> None:
    texts = ("", " ", "2024-13-40", "24-1-1", "31/12/2024", "NULL", "无", "�", "𠀀", "'; DROP TABLE x; --", "1" * 40)
    for row in rows:
        row[chance.randrange(len(row))] = chance.choice(texts)


ROWS: tuple[RowMutation, ...] = (
    swapped_columns, wrong_header, formula_cells, numbers_for_dates, repeated_row_ids, odd_texts,
)  # fmt: skip


def run_case(chance: random.Random, folder: Path) -> Outcome:
    """Make one damaged file, take it in, and check what must hold whatever was done to it."""
    suffix, is_roster = chance.choice(FORMATS), chance.random() < 0.4
    headers, rows = (list(ROSTER_HEADERS), _roster()) if is_roster else (list(FEED_HEADERS), _feed())
    path = (folder if is_roster else folder / "feeds" / "insurance_inpatient") / f"b1{suffix}"
    if chance.random() < 0.5:
        change = chance.choice(ROWS)
        change(chance, headers, rows)
        _write(path, headers, rows)
        name = change.__name__
    else:
        _write(path, headers, rows)
        damage = chance.choice(BYTES)
        damage(chance, path)
        path = next(path.parent.glob("b1.*"))
        name = damage.__name__
    outcome = _roster_outcome(name, folder, path) if is_roster else _feed_outcome(name, folder, path, len(rows))
    _check(outcome, folder)
    return outcome


def _roster_outcome(name: str, folder: Path, path: Path) -> Outcome:
    try:
        batch = intake(folder).roster(path)
    except InputError as error:
        return Outcome(name, error.sentence)
    assert len(stored(batch.folder / "roster.parquet", "row_no")) == batch.accepted
    assert len(stored(batch.folder / "quarantine.parquet", "row")) == batch.rejected
    return Outcome(name, None, batch.rows, batch.rejected)


def _feed_outcome(name: str, folder: Path, path: Path, rows: int) -> Outcome:
    manifest(path, rows=rows)
    result = intake(folder).feeds(folder / "feeds")
    if result.refused:
        (refusal,) = result.refused
        return Outcome(name, refusal.sentence)
    (batch,) = result.batches
    kept = sum(len(stored(batch.folder / f"{part}.parquet", "row_id")) for part in ("life", "loss", "other"))
    assert kept <= batch.accepted <= kept + batch.empty_numbers
    assert len(stored(batch.folder / "quarantine.parquet", "row")) == batch.rejected
    assert batch.rows == rows
    return Outcome(name, None, batch.rows, batch.rejected)


def _check(outcome: Outcome, folder: Path) -> None:
    if outcome.refused is not None:
        assert SENTENCE.fullmatch(outcome.refused), outcome
        assert not TRACE.search(outcome.refused), outcome
        assert LI not in outcome.refused, outcome
    store = folder / "store"
    assert list((store / "tmp").iterdir()) == [], outcome
    for batch in (*store.glob("feeds/*/*"), *store.glob("roster/*")):
        assert (batch / "batch.json").is_file(), outcome


def _feed() -> list[list[object]]:
    rows = [(f"s{n}", (LI, WANG)[n % 2], "李明", f"2024-03-{n + 1:02d}", "2024-05-01", "discharged") for n in range(12)]
    return [list(row) for row in rows]


def _roster() -> list[list[object]]:
    return [[f"P{n}", (LI, WANG)[n % 2], "王芳", "resident", "440106", "A1", "2023-06", "paying"] for n in range(12)]


def _write(path: Path, headers: list[str], rows: list[list[object]]) -> None:
    written: list[Row] = [list(map(str, row)) if path.suffix == ".parquet" else row for row in rows]
    if path.suffix == ".parquet":
        headers = [header or f"empty{place}" for place, header in enumerate(headers)]
    if path.suffix == ".csv":
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(csv_bytes(headers, written))
    else:
        write(path, [header.replace("\0", "") for header in headers], written)


def run(cases: int, seed: int) -> Counter[str]:
    """How many cases ended how, by mutation. Raises AssertionError, naming the case, where something must not be."""
    ended: Counter[str] = Counter()
    for number in range(cases):
        chance = random.Random(f"{seed}-{number}")
        with tempfile.TemporaryDirectory() as folder:
            try:
                outcome = run_case(chance, Path(folder))
            except Exception as error:
                raise AssertionError(f"case {number} of seed {seed}: {type(error).__name__}: {error}") from error
        end = "refused" if outcome.refused is not None else "quarantined" if outcome.rejected else "taken in"
        ended[f"{outcome.mutation:18} {end}"] += 1
    return ended


def main() -> None:
    """Run the cases and print what they came to."""
    given = [int(argument) for argument in sys.argv[1:]]
    cases, seed = (*given, *(CASES, SEED)[len(given) :])
    print(f"{cases} cases, seed {seed}")
    for end, count in sorted(run(cases, seed).items()):
        print(f"{end:32} {count:5}")


if __name__ == "__main__":
    main()
