"""The roster: required columns, defaults, quarantine, and numbers that fail their check (contracts.md, roster)."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from anling.feeds.intake import InputError
from tests.intake.given import LI, ROSTER_HEADERS, WANG, Row, intake, number, reasons, roster_rows, stored, write


def row(**changes: Any) -> Row:
    return tuple({**dict(zip(ROSTER_HEADERS, roster_rows()[0], strict=True)), **changes}.values())


@pytest.mark.parametrize(
    ("reason", "changes"),
    [
        ("person_no_missing", {"person_no": ""}),
        ("id_number_missing", {"id_number": " "}),
        ("name_missing", {"name": ""}),
        ("scheme_missing", {"scheme": ""}),
        ("scheme_unknown", {"scheme": "120"}),
        ("region_missing", {"region": ""}),
        ("region_malformed", {"region": "4401"}),
        ("pay_status_missing", {"pay_status": ""}),
        ("pay_status_unknown", {"pay_status": "7"}),
        ("last_pass_month_unreadable", {"last_pass_month": "06/2023"}),
        ("id_number_rounded", {"id_number": "4.40106E+17"}),
        ("name_is_number", {"name": LI}),
        ("benefit_no_repeated", {"person_no": "P1"}),
    ],
)
def test_a_wrong_row_goes_to_quarantine_alone(tmp_path: Path, reason: str, changes: dict[str, str]) -> None:
    rows = [row(), row(**{"person_no": "P2", **changes}), row(person_no="P3")]
    batch = intake(tmp_path).roster(write(tmp_path / "r.csv", ROSTER_HEADERS, rows))
    assert reasons(batch.folder) == {2: reason}
    assert (batch.rows, batch.accepted, batch.rejected) == (3, 2, 1)
    assert stored(batch.folder / "roster.parquet", "person_no") == [("P1",), ("P3",)]


@pytest.mark.parametrize(
    ("written", "kept"), [("1202", "sentenced"), (" 1499 ", "1499"), ("搬迁", "搬迁"), (" ", None)]
)
def test_a_reason_for_suspension_that_nobody_knows_is_kept(tmp_path: Path, written: str, kept: str | None) -> None:
    rows = [(*row(), written)]
    batch = intake(tmp_path).roster(write(tmp_path / "r.csv", (*ROSTER_HEADERS, "suspend_reason"), rows))
    assert (batch.accepted, stored(batch.folder / "roster.parquet", "suspend_reason")) == (1, [(kept,)])


@pytest.mark.parametrize(
    ("column", "value", "reason"),
    [
        ("id_type", "31", "id_type_unknown"),
        ("birth_date", "40/01/01", "birth_date_unreadable"),
        ("sex", "5", "sex_unknown"),
        ("residence_region", "Foshan", "residence_malformed"),
        ("monthly_amount", "3,500", "monthly_amount_unreadable"),
        ("monthly_amount", "3500.123", "monthly_amount_unreadable"),
        ("benefit_start", "2020", "benefit_start_unreadable"),
    ],
)
def test_columns_that_may_be_absent(tmp_path: Path, column: str, value: str, reason: str) -> None:
    rows = [(*row(), ""), (*row(person_no="P2"), value)]
    batch = intake(tmp_path).roster(write(tmp_path / "r.csv", (*ROSTER_HEADERS, column), rows))
    assert reasons(batch.folder) == {2: reason}


def test_everything_an_agency_may_send(tmp_path: Path) -> None:
    given = {
        "AAC001": "P1", "AAC058": "1", "AAC147": LI.lower(), "AAC003": "李 明", "AAC004": "男", "AAC006": "1940/1/1",
        "AAE140": "110", "AAB301": "440106001001", "AAB034": "A1", "AIC160": "202001", "AAC096": "2023-06",
        "AAE116": "2", "AAE160": "1201", "待遇编号": "B7", "月待遇金额": "3500.5", "AAE005": "020", "AAE006": "某街",
    }  # fmt: skip
    batch = intake(tmp_path).roster(write(tmp_path / "r.csv", list(given), [list(given.values())]))
    columns = (
        "benefit_no, person_no, id_type, coalesce(odd_id, id_raw), coalesce(odd_name, name), sex, birth_date, scheme,"
        " region, city, benefit_start, last_pass_month, pay_status, suspend_reason, monthly_amount::VARCHAR, phone,"
        " address"
    )
    (found,) = stored(batch.folder / "roster.parquet", columns)
    assert found[:8] == ("B7", "P1", "01", LI, "李明", 1, date(1940, 1, 1), "employee")
    assert found[8:12] == ("440106001001", "4401", 2020 * 12, 2023 * 12 + 5)
    assert found[12:] == ("suspended", "no_proof_of_life", "3500.50", "020", "某街")


def test_amounts_are_kept_to_the_cent(tmp_path: Path) -> None:
    amounts = {
        "3500": "3500.00", "3500.5": "3500.50", "0.29": "0.29", "1.005000": None, "1.1000": "1.10", " 7 ": "7.00",
        "\u300042\u3000": "42.00", "9999999999.99": "9999999999.99", "": None, " ": None,
    }  # fmt: skip
    rows = [(*row(person_no=f"P{place}"), amount) for place, amount in enumerate(amounts)]
    batch = intake(tmp_path).roster(write(tmp_path / "r.csv", (*ROSTER_HEADERS, "monthly_amount"), rows))
    kept = dict(stored(batch.folder / "roster.parquet", "person_no, monthly_amount::VARCHAR"))
    assert reasons(batch.folder) == {4: "monthly_amount_unreadable"}
    assert kept == {f"P{place}": amount for place, amount in enumerate(amounts.values()) if place != 3}


@pytest.mark.parametrize(("agency", "expected"), [("A1", "A1-P1-employee"), ("", "P1-employee"), (" ", "P1-employee")])
def test_the_default_benefit_number(tmp_path: Path, agency: str, expected: str) -> None:
    batch = intake(tmp_path).roster(write(tmp_path / "r.csv", ROSTER_HEADERS, [row(agency=agency)]))
    assert stored(batch.folder / "roster.parquet", "benefit_no") == [(expected,)]


def test_a_row_without_any_part_of_its_number_goes_to_quarantine_alone(tmp_path: Path) -> None:
    nameless = {"person_no": "", "agency": ""}
    rows = [row(), row(**nameless, scheme=""), row(person_no="P3"), row(**nameless, scheme="x")]
    batch = intake(tmp_path).roster(write(tmp_path / "r.csv", ROSTER_HEADERS, rows))
    assert reasons(batch.folder) == {2: "person_no_missing", 4: "person_no_missing"}
    assert stored(batch.folder / "roster.parquet", "benefit_no") == [("A1-P1-employee",), ("A1-P3-employee",)]


def test_numbers_by_the_type_of_their_document(tmp_path: Path) -> None:
    other = number("81000019500101001")
    cases = [
        ("01", LI, "valid", True),
        ("01", LI[:17] + ("0" if LI[17] != "0" else "1"), "invalid", False),
        ("", "440106400101001", "valid", True),
        ("17", other, "valid", True),
        ("08", "E1234567", "unchecked", True),
        ("99", WANG, "unchecked", True),
        ("07", "ABC123456789012", "unchecked", True),
        ("07", "ABC12345678901234X", "invalid", False),
    ]
    rows = [(*row(person_no=f"P{place}", id_number=text), kind) for place, (kind, text, *_) in enumerate(cases)]
    batch = intake(tmp_path).roster(write(tmp_path / "r.csv", (*ROSTER_HEADERS, "id_type"), rows))
    columns = "person_no, id_status, key IS NOT NULL"
    found = {person: rest for person, *rest in stored(batch.folder / "roster.parquet", columns)}
    assert found == {f"P{place}": [status, has_key] for place, (_, _, status, has_key) in enumerate(cases)}


def test_the_birth_date_comes_from_the_number_only_where_it_is_empty(tmp_path: Path) -> None:
    rows = [(*row(), ""), (*row(person_no="P2"), "1939-12-31"), (*row(person_no="P3", id_number="E1"), "")]
    batch = intake(tmp_path).roster(write(tmp_path / "r.csv", (*ROSTER_HEADERS, "birth_date"), rows))
    found = dict(stored(batch.folder / "roster.parquet", "person_no, birth_date"))
    assert found["P1"] == date(1940, 1, 1)
    assert found["P2"] == date(1939, 12, 31)


@pytest.mark.parametrize(
    ("name", "content", "part"),
    [
        ("r.csv", b"", "header"),
        ("r.csv", b"a,b,c\n1,2,3\n", "person_no"),
        ("r.csv", "person_no,id_number\n".encode("utf-16"), "UTF-16"),
        ("r.csv", b"person_no,AAC001,id_number,name,scheme,region,pay_status\n", "AAC001"),
        ("r.csv", ",".join(ROSTER_HEADERS).encode() + b"\nP1,\xff\xff\n", "GB18030"),
        ("r.csv", ",".join(ROSTER_HEADERS).encode() + b'\nP1,"1,n\nP2,2,m\n', "quote"),
        ("r.csv", ",".join(ROSTER_HEADERS).encode() + b"\n" + b"x" * 5_000_000, "1 MB"),
        ("r.csv", ",".join(ROSTER_HEADERS).encode() + b"\rP1,2\r", "CR"),
        ("r.parquet", b"PAR1 and no more", "Parquet"),
        ("r.xlsx", b"PK\x03\x04 and no more", "damaged"),
        ("r.xls", b"\xd0\xcf\x11\xe0 and no more", "damaged"),
        ("r.docx", b"", "format"),
    ],
)
def test_a_file_that_cannot_be_used(tmp_path: Path, name: str, content: bytes, part: str) -> None:
    (tmp_path / name).write_bytes(content)
    with pytest.raises(InputError) as raised:
        intake(tmp_path).roster(tmp_path / name)
    assert name in raised.value.sentence
    assert part in raised.value.sentence
    assert "\n" not in raised.value.sentence


def test_a_roster_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"none\.csv"):
        intake(tmp_path).roster(tmp_path / "none.csv")


def test_nul_characters_cost_their_row_only(tmp_path: Path) -> None:
    path = write(tmp_path / "r.csv", ROSTER_HEADERS, [row(), row(person_no="P2", name="李\0明")])
    batch = intake(tmp_path).roster(path)
    assert reasons(batch.folder) == {2: "nul"}
