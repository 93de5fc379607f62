"""A year of pay for a handful of people, from deliveries to the answers of a pay system; script/soak year is longer.

The pay system refuses and forgets lines, amounts are raised, one month has no run, and officers take lines out.
"""

from pathlib import Path

import pytest

from tests.support.platform import database, empty

__all__ = ["database"]


@pytest.mark.usefixtures("database")
@pytest.mark.timeout(600)
def test_after_twelve_months_every_cent_agrees_and_nobody_was_wronged(tmp_path: Path) -> None:
    from tests.support.year.story import year

    empty()
    told: list[str] = []
    try:
        assert year(tmp_path, 150, 5, told.append) == []
    finally:
        empty()
    months = [line for line in told if line[:4] == "2026"]
    assert len(months) == 12
    assert any("resume" in line for line in months)
    assert any("end" in line for line in months)
    (undone,) = [line for line in told if line.startswith("not done:")]
    assert "not done: {}" not in undone
    (notices,) = [line for line in told if line.startswith("told:")]
    assert all(kind in notices for kind in ("warning", "suspension", "restoration", "result", "end"))
