"""The measurements inside an installation, on a handful of people: they fit the tables of today."""

import pytest

from anling.payment.runs.proposing import sources_healthy
from bench.import_roster import compare_imports
from bench.passes import compare_passes
from bench.payrun import payrun

PEOPLE = 500


def test_a_pay_run_is_measured_whose_stops_wait_for_nothing() -> None:
    report = payrun(PEOPLE)
    assert report["counts"]["due"] > PEOPLE / 20
    assert sources_healthy(report["counts"])


@pytest.mark.long
def test_passes_are_measured_beside_the_same_rows_inserted_barely() -> None:
    report = compare_passes(PEOPLE)
    assert report["passes"] + report["cases"] == PEOPLE
    assert len(report["ours"]) == len(report["bare"]) == 3


@pytest.mark.long
def test_an_import_is_measured_beside_the_same_rows_loaded_barely() -> None:
    report = compare_imports(PEOPLE)
    assert report["first"]["counts"]["added"] == report["again"]["counts"]["unchanged"] > 0
