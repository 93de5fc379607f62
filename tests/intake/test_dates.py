"""Whole columns of dates and months: which ways of writing them are read, and as what (contracts.md, roster)."""

from datetime import date

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from anling.matching.normalise.dates import NONE, as_dates, as_integers, day_of, month_of, read_days, read_months
from tests.intake.cut_out import column, columns

EPOCH = date(1970, 1, 1)
DATES = st.dates(date(1000, 1, 1), date(2999, 12, 31))


def number(day: date) -> int:
    return (day - EPOCH).days


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("2024-03-05", date(2024, 3, 5)),
        ("20240305", date(2024, 3, 5)),
        ("2024/3/5", date(2024, 3, 5)),
        ("2024/03/05", date(2024, 3, 5)),
        ("2024-02-29", date(2024, 2, 29)),
        ("1940-01-01", date(1940, 1, 1)),
        (" 2024-03-05", date(2024, 3, 5)),
        ("\u30002024/3/5 ", date(2024, 3, 5)),
        ("2024-03-05T23:59:59", date(2024, 3, 5)),
        ("2024-03-05 08:00:00.123", date(2024, 3, 5)),
        ("2024-03-05T23:59:59+08:00", date(2024, 3, 5)),
        *((wrong, None) for wrong in (
            "2023-02-29", "20230229", "2023/2/29", "24-03-05", "05/03/2024", "5/3/24", "3/5/2024", "2024-3-5",
            "2024-13-01", "2024.03.05", "infinity", "epoch", "45356", "2024-03", "202403", "20240305x", "0000-01-01",
            "2024年3月5日", "2024-03-05 BC", "2024-03-05 (BC)", "2024-03-05T25", "today", "２０２４-03-05", "19001301",
            "0024-03-05",
        )),
    ],
)  # fmt: skip
def test_days(written: str, expected: date | None) -> None:
    read = read_days(column([written, None, "", " ", written]))
    stated = NONE if expected is None else number(expected)
    assert read.values.tolist() == [stated, NONE, NONE, NONE, stated]
    assert read.there.tolist() == [expected is not None, False, False, False, expected is not None]
    assert read.unreadable.tolist() == [expected is None, False, False, False, expected is None]
    assert day_of(written.strip()) == (None if expected is None else number(expected))


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("2024-03", 2024 * 12 + 2),
        ("202412", 2024 * 12 + 11),
        (" 2024-01 ", 2024 * 12),
        *((wrong, None) for wrong in ("2024-13", "202400", "2024-3", "24-03", "2024/03", "2024-03-05", "20240305")),
    ],
)
def test_months(written: str, expected: int | None) -> None:
    read = read_months(column([written, None, " "]))
    assert read.values.tolist() == [NONE if expected is None else expected, NONE, NONE]
    assert read.unreadable.tolist() == [expected is None, False, False]
    assert month_of(written.strip()) == expected


@given(DATES)
def test_every_day_is_read_as_itself_however_it_is_written(day: date) -> None:
    forms = (f"{day}", f"{day:%Y%m%d}", f"{day.year}/{day.month}/{day.day}", f"{day:%Y/%m/%d}", f"{day} 00:00")
    assert [day_of(form) for form in forms] == [number(day)] * 5
    assert [month_of(form) for form in (f"{day:%Y-%m}", f"{day:%Y%m}")] == [day.year * 12 + day.month - 1] * 2


@given(st.lists(DATES | st.none()), st.integers(0, 5))
def test_real_dates_of_a_sheet_are_read_as_they_are(days: list[date | None], first: int) -> None:
    of_file, kept = pa.array(days, pa.date32()).slice(first), days[first:]
    read, months = read_days(of_file), read_months(of_file)
    assert as_dates(read.values).to_pylist() == kept
    assert as_integers(months.values).to_pylist() == [day and day.year * 12 + day.month - 1 for day in kept]
    assert not read.unreadable.any()
    assert not months.unreadable.any()


@given(columns(st.sampled_from(("2024-03-05", "20240305", "202403", " 2024-03", "soon", "", " ", "2023-02-29"))))
def test_each_date_of_a_column_is_read_as_if_alone(texts: pa.Array) -> None:
    written = [(text or "").strip() for text in texts.to_pylist()]
    for read, meaning in ((read_days(texts), day_of), (read_months(texts), month_of)):
        assert as_integers(read.values).to_pylist() == [meaning(text) for text in written]
        assert read.unreadable.tolist() == [text != "" and meaning(text) is None for text in written]
