"""Killed in the draft, the export or the answer of a pay run: no month is stopped, paid or told twice, none is lost."""

import pytest

from tests.support.content import differences
from tests.support.pay_kills import ended, two_months
from tests.support.told import told

PEOPLE = 45


@pytest.mark.usefixtures("flushed")
@pytest.mark.timeout(400)
def test_killed_anywhere_two_pay_months_end_as_if_nobody_had_been() -> None:
    length: dict[str, float] = {}
    for name, seconds in two_months(PEOPLE, lambda name: []):
        length[name] = max(length.get(name, 0.0), seconds)
    wanted, wrong = ended()
    assert wrong == []
    assert not wanted["payment_payfact"].startswith("0 rows")
    kinds = told()
    assert min(kinds["suspension"], kinds["restoration"]) > 0, "a stop and a resumption have to be told of"
    killed = [name for name, _ in two_months(PEOPLE, lambda name: [length[name] * 0.4]) if "kill" in name]
    held, wrong = ended()
    assert (wrong, differences(wanted, held)) == ([], [])
    assert len(killed) >= 2, "kills have to fall into the work"
