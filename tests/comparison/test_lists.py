"""The lists hold every decision once, in files that an office can open (contracts.md, result of a run)."""

import csv
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from anling.comparison.list_files import HEADINGS, SCHEMA, _Xlsx, open_list
from anling.comparison.phrases import REASONS, joined
from anling.policy import Policy
from anling.rules.evidence import ListName
from tests.comparison.conftest import Crowd, compared
from tests.support.pensioner import AS_OF, BOARDED, pensioner
from tests.support.world import Batch, World

Line = dict[str, str]


def lines(file: Path) -> Iterator[Line]:
    with file.open(encoding="utf-8-sig", newline="") as text:
        yield from csv.DictReader(text)


@pytest.fixture(scope="module")
def listed(crowd: Crowd) -> dict[str, Line]:
    """Every line of every list by its benefit number."""
    files = crowd.run.folder.glob("lists/*/*.csv")
    return {line[HEADINGS["benefit_no"]]: line | {"file": file.stem} for file in files for line in lines(file)}


def test_every_decision_is_on_its_list_once(crowd: Crowd, listed: dict[str, Line]) -> None:
    decisions = pq.read_table(crowd.run.decisions).to_pylist()
    rows = sum(len(list(lines(file))) for file in crowd.run.folder.glob("lists/*/*.csv"))
    assert rows == len(decisions) == len(listed)
    assert {no: line["file"] for no, line in listed.items()} == {row["benefit_no"]: row["list"] for row in decisions}


def test_a_line_says_what_the_explanation_says(crowd: Crowd, listed: dict[str, Line]) -> None:
    for person in crowd.people:
        for benefit in person.benefits:
            decision = benefit.decision
            if decision is None:
                continue
            line = listed[benefit.row.benefit_no]
            stop = str(benefit.after.stop_month) if benefit.after else ""
            newest = max((record.day.isoformat() for record in decision.deciding), default="")
            assert line[HEADINGS["stop_month"]] == stop
            assert line[HEADINGS["newest_deciding"]] == newest
            assert line[HEADINGS["deciding_records"]] == str(len(decision.deciding))
            assert line[HEADINGS["pass_month"]] == (str(decision.pass_month) if decision.pass_month else "")
            assert line[HEADINGS["reasons_zh"]] == joined(REASONS[reason] for reason in decision.reasons).zh


def test_numbers_are_masked_as_everywhere(crowd: Crowd, listed: dict[str, Line]) -> None:
    from anling.comparison.explain.record_lines import shown_number

    shown = {line[HEADINGS["benefit_no"]]: line[HEADINGS["id_number"]] for line in listed.values()}
    for person in crowd.people:
        for benefit in person.benefits:
            if benefit.decision:
                assert shown[benefit.row.benefit_no] == shown_number(benefit.row.id_text, unmask=False)


def test_every_city_of_the_roster_has_all_four_lists(crowd: Crowd) -> None:
    folders = [folder for folder in (crowd.run.folder / "lists").iterdir() if folder.is_dir()]
    assert any(folder.name == "4401-广州市" for folder in folders)
    assert all({file.stem for file in folder.iterdir()} == set(ListName) for folder in folders)


def test_the_summary_counts_what_the_lists_hold(crowd: Crowd, listed: dict[str, Line]) -> None:
    found = Counter(
        (line[HEADINGS["region"]][:4], line[HEADINGS["scheme"]], line[HEADINGS["list"]]) for line in listed.values()
    )
    summary = list(lines(crowd.run.folder / "lists" / "summary.csv"))
    counted = {
        (row["城市代码 city"], row["险种 scheme"], row["名单 list"]): int(row["待遇数 benefits"]) for row in summary
    }
    assert +Counter(counted) == found
    assert len(summary) == len({row["城市代码 city"] for row in summary}) * 2 * 4


FORMULA = "=HYPERLINK(1)"


@pytest.fixture(params=["csv", "xlsx", "parquet"])
def lists_of_one(request: pytest.FixtureRequest, tmp_path: Path, policy: Policy) -> Path:
    batch = Batch(BOARDED.feed, "b", BOARDED.delivered_at, ({"row_id": "1", **BOARDED.row},))
    world = World(AS_OF, (pensioner(person_no=FORMULA, benefit_no="@1", name="王国华"),), (batch,))
    return compared(world, tmp_path, policy, request.param) / "lists" / "4401-广州市"


def read(file: Path) -> tuple[list[str], list[list[Any]]]:
    if file.suffix == ".parquet":
        table = pq.read_table(file)
        return table.column_names, [list(row.values()) for row in table.to_pylist()]
    if file.suffix == ".xlsx":
        rows = [list(row) for row in openpyxl.load_workbook(file).active.iter_rows(values_only=True)]
    else:
        rows = list(csv.reader(file.read_text(encoding="utf-8-sig").splitlines()))
    return rows[0], rows[1:]


def test_a_text_like_a_formula_stays_a_text_in_every_format(lists_of_one: Path) -> None:
    (file,) = lists_of_one.glob("eligible.*")
    _, ((person_no, benefit_no, *_),) = read(file)
    guard = "'" if file.suffix == ".csv" else ""
    assert (person_no, benefit_no) == (f"{guard}{FORMULA}", f"{guard}@1")
    if file.suffix == ".xlsx":
        cells = openpyxl.load_workbook(file).active
        assert cells["A2"].data_type == "s"


def test_an_empty_list_has_its_headings(lists_of_one: Path) -> None:
    (file,) = lists_of_one.glob("lost.*")
    headings, rows = read(file)
    assert rows == []
    assert headings == list(HEADINGS if file.suffix == ".parquet" else HEADINGS.values())


def test_csv_opens_in_a_spreadsheet_as_utf_8(tmp_path: Path) -> None:
    with open_list(tmp_path / "a.csv", "csv"):
        pass
    assert (tmp_path / "a.csv").read_bytes().startswith(b'\xef\xbb\xbf"\xe4\xb8\xaa')


def test_more_rows_than_a_sheet_holds_go_on_in_the_next(tmp_path: Path) -> None:
    import xlsxwriter

    names = [f"P{nth}" for nth in range(5)]
    columns = {
        field.name: pa.array(names) if field.name == "person_no" else pa.nulls(5, field.type) for field in SCHEMA
    }
    book = xlsxwriter.Workbook(str(tmp_path / "long.xlsx"), {"constant_memory": True})
    _Xlsx(book, most_rows=2).add(pa.table(columns, schema=SCHEMA))
    book.close()
    sheets = [list(sheet.iter_rows(values_only=True)) for sheet in openpyxl.load_workbook(tmp_path / "long.xlsx")]
    assert [row[0] for sheet in sheets for row in sheet[1:]] == names
    assert [len(sheet) for sheet in sheets] == [3, 3, 2]
