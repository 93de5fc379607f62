"""`anling clock` and `anling payrun propose`, as an officer who has signed in at the command line."""

import json

import pytest

from tests.support.command import anling, signed_in_here
from tests.support.pay import REGION, PayOffice

pytestmark = pytest.mark.usefixtures("flushed")


def test_the_clock_is_told_step_by_step_in_both_languages() -> None:
    office = PayOffice()
    benefit = office.benefit()
    signed_in_here("pay-clerk")
    told = anling("clock", benefit.benefit_no, "--as", "pay-clerk", "--json")
    assert told.returncode == 0, told.stderr
    said = json.loads(told.stdout)
    assert said["en"][0] == "1 passes are on record."
    assert any("2026-08 is the first month without pay, month 13" in step for step in said["en"])
    assert said["zh"][-1].startswith("依据")
    wrong = anling("clock", "B-none", "--as", "pay-clerk")
    assert (wrong.returncode, wrong.stdout) == (2, "")
    assert "sees no benefit B-none; look the number up under People" in wrong.stderr


def test_a_draft_is_made_and_told_and_a_month_that_is_over_is_refused() -> None:
    PayOffice().benefit()
    signed_in_here("pay-clerk")
    refused = anling("payrun", "propose", "--month", "2026-08", "--region", REGION, "--as", "pay-clerk")
    assert refused.returncode == 2
    assert "not 2026-08" in refused.stderr
    from django.utils import timezone

    month = f"{timezone.localdate():%Y-%m}"
    made = anling("payrun", "propose", "--month", month, "--region", REGION, "--as", "pay-clerk")
    assert made.returncode == 0, made.stderr
    assert f"for {month} in {REGION}" in made.stdout
    assert "held_no_warning" in made.stdout
