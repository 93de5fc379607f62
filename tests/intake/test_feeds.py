"""Batches of feeds: what is refused, what goes to quarantine, and what the store then holds (contracts.md, feeds)."""

from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest

from anling.feeds.intake import Intake
from tests.intake.given import (
    DELIVERED,
    FEED_HEADERS,
    LI,
    POLICY,
    WANG,
    Row,
    csv_bytes,
    feed_file,
    feed_rows,
    manifest,
    reasons,
    stored,
    taken_in,
    write,
)


def good(row_id: str = "s1", **changes: Any) -> Row:
    values = dict(zip(FEED_HEADERS, (row_id, LI, "李明", "2024-03-05", "2024-03-09", "discharged"), strict=True))
    return tuple({**values, **changes}.values())


def test_a_batch_as_its_manifest_says(tmp_path: Path) -> None:
    path = feed_file(tmp_path / "feeds", feed_rows())
    (batch,) = taken_in(tmp_path).batches
    assert (batch.feed, batch.batch, batch.file) == ("insurance_inpatient", "b1", f"insurance_inpatient/{path.name}")
    assert batch.delivered_at == datetime.fromisoformat(DELIVERED + "+08:00")
    assert (batch.covers_from, batch.covers_to) == (date(2024, 1, 1), date(2024, 6, 30))
    assert (batch.rows, batch.accepted, batch.rejected, batch.empty_numbers) == (4, 4, 0, 1)
    assert batch.months == {"2024-03": 1, "2024-04": 1, "2024-05": 1, "2024-06": 1}


def test_life_is_sorted_by_key_and_dated_by_the_end_of_a_stay(tmp_path: Path) -> None:
    feed_file(tmp_path / "feeds", feed_rows())
    (batch,) = taken_in(tmp_path).batches
    rows = stored(batch.folder / "life.parquet", "row_id, mark >> 8, mark & 3, end_day, id_raw, name, odd_name")
    end = [(date(2024, month, day) - date(1970, 1, 1)).days for month, day in ((3, 9), (5, 3), (4, 2))]
    assert rows == [
        ("s1", end[0], 2, end[0], None, "李明", None),
        ("s3", end[1], 2, end[1], LI.lower() if LI.lower() != LI else None, "李明", None),
        ("s2", end[2], 2, end[2], None, "王芳", None),
    ]


def test_a_life_sign_needs_a_number(tmp_path: Path) -> None:
    rows = [good("s1"), good("s2", id_number=""), good("s3", id_number=" \u3000"), good("s4", id_number="A1")]
    feed_file(tmp_path / "feeds", rows)
    (batch,) = taken_in(tmp_path).batches
    assert {row_id for (row_id,) in stored(batch.folder / "life.parquet", "row_id")} == {"s1", "s4"}
    assert (batch.accepted, batch.empty_numbers) == (4, 2)


def test_loss_keeps_everything_that_leads_need(tmp_path: Path) -> None:
    headers = (*FEED_HEADERS, "birth_date", "sex", "region")
    row = ("d1", " 440106194001010", "陳 大文", "2024-06-01", "", "cremated", "19400101", "男", "440106")
    feed_file(tmp_path / "feeds", [row], feed="civil_cremation", headers=headers)
    (batch,) = taken_in(tmp_path).batches
    columns = "id_text, id_raw, id_status, name, name_key, sign, grade, birth_date, sex, region, end_day, key < 0"
    number, day = "440106194001010", date(1940, 1, 1)
    assert stored(batch.folder / "loss.parquet", columns) == [
        (number, f" {number}", "invalid", "陳 大文", "陳大文", "death", "L2", day, 1, "440106", None, True)
    ]
    assert batch.invalid_numbers == 1


def test_the_sex_in_a_loss_record_however_it_is_written(tmp_path: Path) -> None:
    """A lead without a number asks for the sex where it is given: one that is not understood would fit everybody."""
    sexes = {"1": 1, "１": 1, "男": 1, "男 ": 1, "Male": 1, "女": 2, "9": 9, "": None, " ": None}
    rows = [(f"d{n}", "", "陈大文", "2024-06-01", "", "cremated", sex) for n, sex in enumerate(sexes)]
    feed_file(tmp_path / "feeds", rows, feed="civil_cremation", headers=(*FEED_HEADERS, "sex"))
    (batch,) = taken_in(tmp_path).batches
    kept = [sex for (sex,) in stored(batch.folder / "loss.parquet", "sex")]
    assert dict(zip(sexes, kept, strict=True)) == sexes


def test_signs_that_prove_nothing_are_kept_apart(tmp_path: Path) -> None:
    rows = [(f"b{n}", LI, "李明", "2024-05-01", "", code) for n, code in enumerate(("entry", "exit"))]
    feed_file(tmp_path / "feeds", rows, feed="police_border")
    (batch,) = taken_in(tmp_path).batches
    assert stored(batch.folder / "life.parquet", "row_id, code") == [("b0", "entry")]
    assert stored(batch.folder / "other.parquet", "row_id, sign, grade") == [("b1", "none", "none")]
    assert stored(batch.folder / "loss.parquet") == []


@pytest.mark.parametrize(
    ("reason", "changes"),
    [
        ("row_id_missing", {"row_id": ""}),
        ("row_id_missing", {"row_id": "  "}),
        ("row_id_repeated", {"row_id": "s1"}),
        ("code_missing", {"code": ""}),
        ("code_unknown", {"code": "healed"}),
        ("event_date_missing", {"event_date": ""}),
        ("event_date_unreadable", {"event_date": "24-03-05"}),
        ("event_date_unreadable", {"event_date": "05/03/2024"}),
        ("event_date_unreadable", {"event_date": "0024-03-05"}),
        ("event_after_delivery", {"event_date": "2024-07-26", "end_date": "2024-07-27"}),
        ("end_date_unreadable", {"end_date": "soon"}),
        ("end_date_missing", {"end_date": ""}),
        ("end_before_event", {"end_date": "2024-03-04"}),
        ("end_after_delivery", {"end_date": "2024-07-26"}),
        ("id_number_rounded", {"id_number": "4.40106E+17"}),
        ("id_number_rounded", {"id_number": "4.401061940010E+17"}),
        ("name_is_number", {"name": LI, "id_number": "李明"}),
    ],
)
def test_a_wrong_row_goes_to_quarantine_alone(tmp_path: Path, reason: str, changes: dict[str, str]) -> None:
    feed_file(tmp_path / "feeds", [good("s1"), good(**{"row_id": "s2", **changes}), good("s3", id_number=WANG)])
    (batch,) = taken_in(tmp_path).batches
    assert reasons(batch.folder) == {2: reason}
    assert (batch.accepted, batch.rejected) == (2, 1)
    assert [row_id for (row_id,) in stored(batch.folder / "life.parquet", "row_id")] == ["s1", "s3"]
    assert batch.months == {"2024-03": 2}


@pytest.mark.parametrize(
    ("column", "value", "reason"),
    [
        ("birth_date", "40-01-01", "birth_date_unreadable"),
        ("sex", "5", "sex_unknown"),
        ("region", "Foshan", "region_malformed"),
    ],
)
def test_columns_that_a_department_need_not_have(tmp_path: Path, column: str, value: str, reason: str) -> None:
    headers = (*FEED_HEADERS, column)
    feed_file(tmp_path / "feeds", [(*good("s1"), ""), (*good("s2"), value)], headers=headers)
    (batch,) = taken_in(tmp_path).batches
    assert reasons(batch.folder) == {2: reason}


def test_a_sentence_names_the_code_and_never_a_person(tmp_path: Path) -> None:
    feed_file(tmp_path / "feeds", [good("s1", code="healed"), good("s2", code=LI), good("s3", name=LI)])
    (batch,) = taken_in(tmp_path).batches
    first, second, third = (message for (message,) in stored(batch.folder / "quarantine.parquet", "message"))
    assert "healed" in first
    assert "feeds.yaml" in first
    assert LI[6:] not in second + third


def test_lines_that_cannot_be_split_are_counted_and_numbered(tmp_path: Path) -> None:
    rows = [good(f"s{n}") for n in range(1, 7)]
    lines = csv_bytes(FEED_HEADERS, rows).decode().splitlines()
    lines[2] += ",one,more"
    lines[4] = lines[4].rpartition(",")[0]
    lines[6] = lines[6].replace("discharged", "healed")
    path = tmp_path / "feeds" / "insurance_inpatient" / "b1.csv"
    path.parent.mkdir(parents=True)
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    manifest(path, rows=6)
    (batch,) = taken_in(tmp_path).batches
    assert reasons(batch.folder) == {2: "malformed_line", 4: "malformed_line", 6: "code_unknown"}
    assert batch.rows == 6


def test_lines_that_cannot_be_split_may_be_all_that_is_wrong(tmp_path: Path) -> None:
    lines = csv_bytes(FEED_HEADERS, [good(f"s{n}") for n in range(1, 4)]).decode().splitlines()
    lines[2] += ",one,more"
    path = tmp_path / "feeds" / "insurance_inpatient" / "b1.csv"
    path.parent.mkdir(parents=True)
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    manifest(path, rows=3)
    (batch,) = taken_in(tmp_path).batches
    assert reasons(batch.folder) == {2: "malformed_line"}


@pytest.mark.parametrize(
    ("changes", "part"),
    [
        ({"feed": "police_gossip"}, "police_gossip"),
        ({"feed": "civil_cremation"}, "civil_cremation"),
        ({"rows": 5}, "5"),
        ({"rows": "4"}, "rows"),
        ({"sha256": "0" * 64}, "sha256"),
        ({"sha256": "none"}, "sha256"),
        ({"delivered_at": "yesterday"}, "delivered_at"),
        ({"delivered_at": "2001-01-01"}, "delivered_at"),
        ({"covers_from": "2024-07-01"}, "covers_from"),
        ({"covers_to": 20240630}, "covers_to"),
        ({"batch": ""}, "batch"),
    ],
)
def test_a_wrong_manifest_refuses_its_batch_in_one_sentence(tmp_path: Path, changes: dict[str, Any], part: str) -> None:
    path = feed_file(tmp_path / "feeds", feed_rows())
    manifest(path, **{"rows": 4, **changes})
    feed_file(tmp_path / "feeds", feed_rows(), name="b2.csv")
    result = taken_in(tmp_path)
    assert [batch.batch for batch in result.batches] == ["b2"]
    (refusal,) = result.refused
    assert refusal.file == "insurance_inpatient/b1.csv"
    assert part in refusal.sentence
    assert "\n" not in refusal.sentence


def test_an_unknown_feed_is_refused_with_its_name(tmp_path: Path) -> None:
    feed_file(tmp_path / "feeds", feed_rows(), feed="police_gossip")
    (refusal,) = taken_in(tmp_path).refused
    assert "police_gossip" in refusal.sentence


def test_files_without_their_pair_are_named(tmp_path: Path) -> None:
    folder = tmp_path / "feeds" / "insurance_inpatient"
    write(folder / "alone.csv", FEED_HEADERS, feed_rows())
    (folder / "lost.json").write_text("{}")
    write(tmp_path / "feeds" / "stray.csv", FEED_HEADERS, feed_rows())
    feed_file(tmp_path / "feeds", feed_rows(), name="twice.csv")
    write(folder / "twice.parquet", FEED_HEADERS, feed_rows())
    refused = [refusal.file for refusal in taken_in(tmp_path).refused]
    names = ("alone.csv", "lost.json", "twice.csv", "twice.parquet")
    assert refused == [*(f"insurance_inpatient/{name}" for name in names), "stray.csv"]


def test_one_batch_name_stands_for_one_batch(tmp_path: Path) -> None:
    feed_file(tmp_path / "feeds", feed_rows(), name="a.csv", batch="june")
    feed_file(tmp_path / "feeds", feed_rows()[:2], name="b.csv", batch="june")
    result = taken_in(tmp_path)
    assert [batch.file for batch in result.batches] == ["insurance_inpatient/a.csv"]
    assert [refusal.file for refusal in result.refused] == ["insurance_inpatient/b.csv"]


def test_the_day_of_delivery_is_a_day_in_china(tmp_path: Path) -> None:
    feed_file(tmp_path / "feeds", [good(end_date="2024-07-26")], delivered_at="2024-07-25T17:00:00+00:00")
    (batch,) = taken_in(tmp_path).batches
    assert batch.rejected == 0


def test_progress_is_told_for_every_batch(tmp_path: Path) -> None:
    feed_file(tmp_path / "feeds", feed_rows())
    feed_file(tmp_path / "feeds", feed_rows(), name="b2.csv")
    told: list[tuple[str, int, int]] = []
    listening = Intake(tmp_path / "store", POLICY, threads=1, progress=lambda *step: told.append(step))
    listening.feeds(tmp_path / "feeds")
    assert told[-1] == ("insurance_inpatient/b2.csv", 2, 2)
