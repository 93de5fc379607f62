"""The files are what contracts.md promises: columns, manifests, numbers that pass their check, deliveries by as-of."""

import csv
import hashlib
import json
from datetime import date, datetime
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from anling import policy
from anling.rules.numbers import IdNumber, IdStatus, IdType
from anling.synthesis import DEFAULT_AS_OF, Summary, generate
from anling.synthesis.departments import FEEDS, Department

ROSTER = [
    "benefit_no", "person_no", "id_type", "id_number", "name", "sex", "birth_date", "scheme", "region",
    "residence_region", "agency", "unit", "application_month", "approval_month", "benefit_start", "last_pass_month",
    "pay_status", "suspend_reason", "monthly_amount", "phone", "address",
]  # fmt: skip
COMMON = ["row_id", "id_number", "name", "event_date", "end_date", "code"]


def manifests(folder: Path) -> list[dict[str, object]]:
    return [json.loads(path.read_text()) for path in sorted(folder.glob("feeds/*/*.json"))]


def test_the_roster_has_every_column_and_one_row_per_benefit(folder: Path, province: Summary) -> None:
    table = pq.read_table(folder / "roster.parquet")
    assert table.column_names == ROSTER
    assert len(set(table["benefit_no"].to_pylist())) == table.num_rows == province.benefits
    assert set(table["scheme"].to_pylist()) == {"employee", "resident"}
    assert set(table["pay_status"].to_pylist()) == {"paying", "suspended", "ended"}
    assert 0.40 < table["scheme"].to_pylist().count("resident") / table.num_rows < 0.55


def test_every_feed_of_the_catalogue_is_there_with_its_codes(folder: Path) -> None:
    known = policy.load().catalogue(DEFAULT_AS_OF).feeds
    assert {path.name for path in (folder / "feeds").iterdir()} == set(known)
    for feed, entry in known.items():
        codes = {code for path in (folder / "feeds" / feed).glob("*.parquet") for code in column(path, "code")}
        assert codes <= set(entry.codes), feed


def test_departments_and_expected_rows_are_the_catalogues() -> None:
    known = policy.load().catalogue(DEFAULT_AS_OF).feeds
    ours = {each.feed: (each.department, each.per_1000_month) for each in FEEDS}
    assert ours == {feed: (entry.department, entry.expected_per_1000_month) for feed, entry in known.items()}


def column(path: Path, name: str) -> list[str]:
    values: list[str] = pq.read_table(path, columns=[name])[name].to_pylist()
    return values


@pytest.mark.parametrize("department", FEEDS, ids=lambda department: department.feed)
def test_a_batch_has_its_columns_and_a_manifest_that_fits(folder: Path, department: Department) -> None:
    feed = department.feed
    described = ["birth_date", "sex", "region"] if department.describes else []
    for path in (folder / "feeds" / feed).glob("*.parquet"):
        manifest = json.loads(path.with_suffix(".json").read_text())
        table = pq.read_table(path)
        assert table.column_names == COMMON + described
        assert manifest["sha256"] == hashlib.sha256(path.read_bytes()).hexdigest()
        assert (manifest["feed"], manifest["batch"], manifest["rows"]) == (feed, path.stem, table.num_rows)
        assert len(set(table["row_id"].to_pylist())) == table.num_rows
        assert all(len(row_id) <= 12 for row_id in table["row_id"].to_pylist())


def test_nothing_is_delivered_after_the_as_of_day_or_before_it_happened(folder: Path) -> None:
    for manifest in manifests(folder):
        delivered = datetime.fromisoformat(str(manifest["delivered_at"]))
        assert delivered.utcoffset() is not None
        assert date.fromisoformat(str(manifest["covers_to"])) <= delivered.date() <= DEFAULT_AS_OF
        path = folder / "feeds" / str(manifest["feed"]) / f"{manifest['batch']}.parquet"
        days = pq.read_table(path, columns=["event_date"])["event_date"].to_pylist()
        assert max(days, default=date.min) <= delivered.date()


def test_roster_numbers_pass_their_check_but_for_the_planted_ones(folder: Path) -> None:
    roster = pq.read_table(folder / "roster.parquet")
    truth = pq.read_table(folder / "truth.parquet")
    trap = dict(zip(truth["person_no"].to_pylist(), truth["trap"].to_pylist(), strict=True))
    wrong = set()
    for number, kind, person in zip(
        *(roster[c].to_pylist() for c in ("id_number", "id_type", "person_no")), strict=True
    ):
        if IdNumber.read(number, IdType(kind)).status is IdStatus.INVALID:
            wrong.add(person)
    assert wrong == {person for person, name in trap.items() if name == "roster_id_invalid"}


def test_csv_in_gb18030_says_the_same_as_parquet(tmp_path: Path) -> None:
    plain = generate(2_000, 3, tmp_path / "parquet")
    coded = generate(2_000, 3, tmp_path / "coded", format="csv", encoding="gb18030")
    assert coded.feed_rows == plain.feed_rows
    with (coded.out / "roster.csv").open(encoding="gb18030", newline="") as file:
        lines = list(csv.DictReader(file))
    expected = pq.read_table(plain.out / "roster.parquet")
    assert list(lines[0]) == ROSTER
    for column_name in ("id_number", "name", "last_pass_month", "monthly_amount"):
        texts = ["" if value is None else str(value) for value in expected[column_name].to_pylist()]
        assert [line[column_name] for line in lines] == texts


@pytest.mark.parametrize(
    ("people", "options", "sentence"),
    [
        (0, {}, "between 1 and"),
        (10, {"format": "xml"}, "parquet or csv"),
        (10, {"encoding": "gb2312"}, "utf-8 or gb18030"),
    ],
)
def test_a_wrong_call_is_refused_in_one_sentence(
    tmp_path: Path, people: int, options: dict[str, str], sentence: str
) -> None:
    with pytest.raises(ValueError, match=sentence):
        generate(people, 1, tmp_path / "province", **options)  # type: ignore[arg-type]
    assert list(tmp_path.iterdir()) == []


def test_a_folder_with_other_files_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "thesis.txt").write_text("years of work")
    with pytest.raises(ValueError, match="holds other files"):
        generate(10, 1, tmp_path)
    assert (tmp_path / "thesis.txt").read_text() == "years of work"


def test_an_interrupted_province_leaves_nothing_under_its_name(tmp_path: Path) -> None:
    class StopError(Exception):
        pass

    def stop(*_: object) -> None:
        raise StopError

    with pytest.raises(StopError):
        generate(1_000, 1, tmp_path / "province", progress=stop)
    assert list(tmp_path.iterdir()) == []
