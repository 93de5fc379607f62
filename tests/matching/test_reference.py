"""The reference on worlds decided by hand: several benefits, several people, several numbers."""

from datetime import date

import pytest

from tests.support.pensioner import (
    BOARDED,
    CARD,
    CERTIFIED_DEAD,
    DIED,
    LOGIN,
    PHARMACY,
    SEEN_LATER,
    WANG,
    WANG_FEMALE,
    deciding,
    fates,
    note,
    number,
    pensioner,
    run,
    said,
)


def test_the_newest_deciding_record_gives_the_pass_month() -> None:
    result = run(pensioner(), BOARDED, PHARMACY, CARD, LOGIN, note("transport_trip/boarded", "2023-04-30"))
    assert result.decisions[0]["pass_month"] == "2024-03"
    assert deciding(result) == ["0", "1", "2", "3"]


def test_conflict_is_decided_by_the_loss_and_all_strong_life_after_it() -> None:
    result = run(pensioner(), BOARDED, DIED, SEEN_LATER, LOGIN, CERTIFIED_DEAD)
    assert deciding(result) == ["1", "2", "4"]


def test_every_loss_is_shown_with_its_fate_and_other_life_is_not() -> None:
    released = note("police_custody/released", "2024-01-02")
    result = run(
        pensioner(),
        note("police_custody/wanted", "2024-01-01"),
        released,
        note("civil_cremation/cremated", "1950-03-14"),
        note("justice_prison/term", "2020-01-01", end_date=date(2021, 1, 1)),
        note("civil_cremation/cremated", "2024-02-10", name="李明"),
        LOGIN,
    )
    assert fates(result) == {
        "0": ("exact", "released"),
        "2": ("exact", "before_birth"),
        "3": ("exact", "term_ended"),
        "4": ("other_name", "other_name"),
    }


def test_double_benefit_takes_the_resident_benefit_alone() -> None:
    roster = [pensioner(), pensioner(benefit_no="B2", scheme="resident")]
    paired = [note("pension_duplicate/employee", "2024-02-01"), note("ministry_answer/double_benefit", "2024-03-02")]
    result = run(roster, *paired, BOARDED)
    assert said(result, "B1") == ("eligible", ["life_p2"])
    assert said(result, "B2") == ("lost", ["double_benefit"])


def test_the_earliest_base_of_all_compared_benefits_counts() -> None:
    roster = [pensioner(), pensioner(benefit_no="B2", last_pass_month="2023-12")]
    assert said(run(roster, BOARDED), "B2") == ("eligible", ["life_p2"])
    ended = [pensioner(pay_status="ended"), pensioner(benefit_no="B2", last_pass_month="2023-12")]
    result = run(ended, BOARDED)
    assert [row["benefit_no"] for row in result.decisions] == ["B2"]
    assert said(result, "B2") == ("no_evidence", ["none"])


def test_a_number_held_by_two_people() -> None:
    stranger = pensioner(benefit_no="B2", person_no="P2", name="李明")
    assert said(run([pensioner(), stranger])) == ("to_verify", ["shared_id"])
    namesake = pensioner(benefit_no="B2", person_no="P2", name="王國華")
    assert said(run([pensioner(), namesake], BOARDED)) == ("eligible", ["double_roster", "life_p2"])


def test_a_roster_number_that_fails_its_check_is_tied_to_nothing() -> None:
    wrong = WANG[:17] + ("0" if WANG[17] != "0" else "1")
    died = note("civil_cremation/cremated", "2024-02-10", id_number=wrong)
    result = run(pensioner(id_number=wrong), died)
    assert said(result) == ("no_evidence", ["roster_id_invalid"])
    assert result.evidence == []


def test_a_document_without_check_rule_is_tied_by_its_text() -> None:
    document = pensioner(id_type="08", id_number="e 1234567", birth_date=date(1950, 3, 15))
    assert said(run(document, note("transport_trip/boarded", "2023-11-02", id_number="Ｅ1234567"))) == (
        "eligible",
        ["life_p2"],
    )


def test_a_slip_near_two_people_is_a_lead_for_both() -> None:
    wife = pensioner(benefit_no="B2", person_no="P2", id_number=WANG_FEMALE, sex="2")
    assert WANG[:16] == WANG_FEMALE[:16]
    between = WANG[:16] + WANG[16] + WANG_FEMALE[17]
    result = run([pensioner(), wife], note("civil_cremation/cremated", "2024-02-10", id_number=between))
    assert [row["person_no"] for row in result.evidence] == ["P1", "P2"]


def test_without_a_number_two_people_who_fit_are_no_lead() -> None:
    twin = pensioner(benefit_no="B2", person_no="P2", id_number=number(order="003"))
    result = run([pensioner(), twin], note("civil_cremation/cremated", "2024-02-10", id_number=""))
    assert result.evidence == []


@pytest.mark.parametrize(
    ("as_of", "notes", "expected"),
    [
        (date(2022, 2, 28), [], ("no_evidence", ["none"])),
        (date(2022, 3, 1), [], ("to_verify", ["over_110"])),
        (date(2022, 3, 1), ["transport_trip/boarded"], ("to_verify", ["over_110"])),
        (date(2022, 3, 1), ["civil_marriage/registered"], ("eligible", ["life_p1"])),
    ],
)
def test_past_the_110th_birthday(as_of: date, notes: list[str], expected: tuple[str, list[str]]) -> None:
    old = {"id_number": number(birth="19120229")}
    written = [note(what, "2022-01-05", delivered_at="2022-02-01", **old) for what in notes]
    assert said(run(pensioner(**old, last_pass_month="2021-05"), *written, as_of=as_of)) == expected


@pytest.mark.parametrize(
    ("scheme", "as_of", "boarded", "expected"),
    [
        ("resident", date(2019, 12, 31), "2019-04-30", "no_evidence"),  # rule of 2019: the month after application
        ("resident", date(2019, 12, 31), "2019-05-01", "eligible"),
        ("resident", date(2023, 12, 31), "2023-04-30", "no_evidence"),  # rule of 2023: the month of approval
        ("resident", date(2023, 12, 31), "2023-05-01", "eligible"),
        ("employee", date(2023, 12, 31), "2023-02-28", "no_evidence"),  # the month the benefit started
        ("employee", date(2023, 12, 31), "2023-03-01", "eligible"),
    ],
)
def test_the_base_of_someone_never_certified(scheme: str, as_of: date, boarded: str, expected: str) -> None:
    year = as_of.year
    months = {"application_month": f"{year}-03", "approval_month": f"{year}-04", "benefit_start": f"{year}-02"}
    new = pensioner(scheme=scheme, last_pass_month=None, **months)
    result = run(new, note("transport_trip/boarded", boarded, delivered_at=f"{as_of}"), as_of=as_of)
    assert result.decisions[0]["list"] == expected


def test_absence_means_nothing_where_a_department_sent_no_file() -> None:
    assert said(run(pensioner(), sources_unknown=True)) == ("no_evidence", ["none", "source_unknown"])
    assert said(run(pensioner(), BOARDED, sources_unknown=True)) == ("eligible", ["life_p2"])
