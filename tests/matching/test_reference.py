"""The reference on worlds small enough to decide by hand, each a sentence of domain.md section 2 or contracts.md."""

from dataclasses import dataclass, replace
from datetime import date
from typing import Any

import pytest

from anling import policy
from anling.rules.numbers import check_character
from tests.support.reference import Result, compare
from tests.support.table import DEPARTMENTS
from tests.support.world import Batch, Row, World

AS_OF = date(2024, 5, 31)
POLICY = policy.load()


def number(area: str = "440106", birth: str = "19500315", order: str = "001") -> str:
    return f"{area}{birth}{order}" + check_character(f"{area}{birth}{order}")


WANG = number()
WANG_FEMALE = number(order="002")


def pensioner(**changes: Any) -> Row:
    """王国华, born 1950-03-15, employee scheme, last pass 2023-05."""
    row = {
        "benefit_no": "B1",
        "person_no": "P1",
        "id_type": "01",
        "id_number": WANG,
        "name": "王国华",
        "sex": "1",
        "birth_date": None,
        "scheme": "employee",
        "region": "440106",
        "application_month": None,
        "approval_month": None,
        "benefit_start": "2010-04",
        "last_pass_month": "2023-05",
        "pay_status": "paying",
    }
    return row | changes


@dataclass(frozen=True)
class Note:
    """One feed row, delivered on the as-of date unless said otherwise."""

    feed: str
    row: Row
    delivered_at: str


def note(what: str, day: str, delivered_at: str = f"{AS_OF}T20:00:00+08:00", **changes: Any) -> Note:
    """`feed/code` about 王国华 on a day; a hospital stay of one day ends on it."""
    feed, code = what.split("/")
    end = date.fromisoformat(day) if feed == "insurance_inpatient" else None
    row = {
        "id_number": WANG,
        "name": "王国华",
        "event_date": date.fromisoformat(day),
        "end_date": end,
        "code": code,
        "birth_date": date(1950, 3, 15),
        "sex": "1",
        "region": "440106",
    }
    return Note(feed, row | changes, delivered_at)


def run(roster: Row | list[Row], *notes: Note, as_of: date = AS_OF, sources_unknown: bool = False) -> Result:
    """Row ids are the places of the notes in the call."""
    batches = tuple(
        Batch(one.feed, f"b{nth}", one.delivered_at, ({"row_id": str(nth), **one.row},))
        for nth, one in enumerate(notes)
    )
    rows = tuple(roster) if isinstance(roster, list) else (roster,)
    return compare(World(as_of, rows, batches), POLICY, sources_unknown=sources_unknown)


def said(result: Result, benefit_no: str = "B1") -> tuple[str, list[str]]:
    (row,) = [row for row in result.decisions if row["benefit_no"] == benefit_no]
    return row["list"], row["reasons"]


def deciding(result: Result) -> list[str]:
    return sorted(record["row_id"] for record in result.decisions[0]["deciding"])


def fates(result: Result) -> dict[str, tuple[str, str | None]]:
    return {row["row_id"]: (row["identity"], row["why_not"]) for row in result.evidence}


DIED = note("civil_cremation/cremated", "2024-02-10")
CERTIFIED_DEAD = note("health_death/certificate", "2024-02-08")
BOARDED = note("transport_trip/boarded", "2023-11-02")
PHARMACY = note("insurance_pharmacy/purchase", "2024-01-01")
CARD = note("insurance_outpatient/card", "2024-02-01")
LOGIN = note("gov_login/password", "2024-03-31")
LOGIN_ON_DAY_92 = note("gov_login/password", "2024-04-01")
JAILED = note("justice_prison/term", "2023-06-01")
SEEN_LATER = note("police_border/entry", "2024-02-11")

STORIES: dict[str, tuple[list[Note], tuple[str, list[str]]]] = {
    "rule 7: nothing on file": ([], ("no_evidence", ["none"])),
    "rule 6: one P1": ([note("civil_marriage/registered", "2024-01-05")], ("eligible", ["life_p1"])),
    "rule 6: one P2": ([BOARDED], ("eligible", ["life_p2"])),
    "rule 6: a hospital stay counts at its end": (
        [note("insurance_inpatient/discharged", "2024-05-31")],
        ("eligible", ["life_p2"]),
    ),
    "rule 6: three P3 of two kinds, 90 days apart": ([PHARMACY, CARD, LOGIN], ("eligible", ["life_p3x3"])),
    "rule 6: 91 days apart is too far": ([PHARMACY, CARD, LOGIN_ON_DAY_92], ("no_evidence", ["none"])),
    "rule 6: pharmacy and card are one kind": (
        [PHARMACY, CARD, note("insurance_pharmacy/purchase", "2024-03-01")],
        ("no_evidence", ["none"]),
    ),
    "rule 6: three P3 on two days": (
        [PHARMACY, CARD, note("gov_login/password", "2024-02-01")],
        ("no_evidence", ["none"]),
    ),
    "rule 2: the month of the base is not in the window": (
        [note("transport_trip/boarded", "2023-05-31")],
        ("no_evidence", ["none"]),
    ),
    "rule 2: the month after it is": ([note("transport_trip/boarded", "2023-06-01")], ("eligible", ["life_p2"])),
    "rule 4: one L1": ([note("court_judgment/declared_dead", "2024-01-05")], ("lost", ["death"])),
    "rule 4: two departments": ([DIED, CERTIFIED_DEAD], ("lost", ["death"])),
    "rule 5: one department alone": ([DIED], ("to_verify", ["death", "single_source"])),
    "rule 5: two departments 31 days apart": (
        [DIED, note("health_death/certificate", "2024-01-10")],
        ("to_verify", ["death", "single_source"]),
    ),
    "rule 4: two departments 30 days apart": (
        [DIED, note("health_death/certificate", "2024-01-11")],
        ("lost", ["death"]),
    ),
    "rule 5: the same department twice": (
        [note("insurance_inpatient/died", "2024-02-09"), note("insurance_inpatient/died", "2024-02-10")],
        ("to_verify", ["death", "single_source"]),
    ),
    "rule 3: seen after death": ([DIED, CERTIFIED_DEAD, SEEN_LATER], ("to_verify", ["conflict", "death"])),
    "rule 3: seen on the day of death is no conflict": (
        [DIED, note("police_border/entry", "2024-02-10")],
        ("to_verify", ["death", "single_source"]),
    ),
    "rule 3: weak signs never contradict": (
        [DIED, CERTIFIED_DEAD, note("insurance_pharmacy/purchase", "2024-03-01")],
        ("lost", ["death"]),
    ),
    "rule 4: in prison": ([JAILED], ("lost", ["custody"])),
    "rule 2: custody on its last day": (
        [note("justice_prison/term", "2023-06-01", end_date=AS_OF)],
        ("lost", ["custody"]),
    ),
    "rule 2: custody that has passed": (
        [note("justice_prison/term", "2023-06-01", end_date=date(2024, 5, 30))],
        ("no_evidence", ["none"]),
    ),
    "rule 2: released later": (
        [note("police_custody/detained", "2024-01-01"), note("police_custody/released", "2024-01-02")],
        ("no_evidence", ["none"]),
    ),
    "rule 2: released on the same day": (
        [note("police_custody/detained", "2024-01-01"), note("police_custody/released", "2024-01-01")],
        ("to_verify", ["custody", "single_source"]),
    ),
    "rule 2: a release ends no prison term": (
        [JAILED, note("police_custody/released", "2024-01-02")],
        ("lost", ["custody"]),
    ),
    "rule 2: a release of another name ends nothing": (
        [note("police_custody/detained", "2024-01-01"), note("police_custody/released", "2024-01-02", name="李明")],
        ("to_verify", ["custody", "single_source"]),
    ),
    "rule 2: a judgment revoked, name misspelt": (
        [note("court_judgment/declared_dead", "2024-01-01"), note("court_judgment/revoked", "2024-03-01", name="王国")],
        ("no_evidence", ["none"]),
    ),
    "rule 5: a single double benefit": (
        [note("pension_duplicate/resident", "2024-02-01")],
        ("to_verify", ["double_benefit", "single_source"]),
    ),
    "rule 5: a loss under the number with another name": (
        [note("civil_cremation/cremated", "2024-02-10", name="李明")],
        ("to_verify", ["lead_other_name"]),
    ),
    "rule 5: in traditional characters a loss is only a lead": (
        [note("civil_cremation/cremated", "2024-02-10", name="王國華")],
        ("to_verify", ["lead_other_name"]),
    ),
    "section 3: in traditional characters life counts": (
        [note("transport_trip/boarded", "2023-11-02", name="王國華")],
        ("eligible", ["life_p2"]),
    ),
    "section 3: an unreadable glyph stands for one character": (
        [note("transport_trip/boarded", "2023-11-02", name="王？华")],
        ("eligible", ["life_p2"]),
    ),
    "rule 5: a lead refuted by life after it": (
        [note("civil_cremation/cremated", "2024-02-10", name="李明"), SEEN_LATER],
        ("eligible", ["life_p2"]),
    ),
    "rule 5: a double-benefit lead is never refuted": (
        [note("pension_duplicate/resident", "2024-02-10", name="李明"), SEEN_LATER],
        ("to_verify", ["lead_other_name"]),
    ),
    "rule 5: one slip in the number": (
        [note("civil_cremation/cremated", "2024-02-10", id_number=WANG[:10] + "9" + WANG[11:])],
        ("to_verify", ["lead_near_id"]),
    ),
    "rule 5: two neighbours exchanged": (
        [note("civil_cremation/cremated", "2024-02-10", id_number=WANG[:3] + WANG[4] + WANG[3] + WANG[5:])],
        ("to_verify", ["lead_near_id"]),
    ),
    "rule 5: no number, but name, birth and sex": (
        [note("civil_cremation/cremated", "2024-02-10", id_number="")],
        ("to_verify", ["lead_no_id"]),
    ),
    "rule 5: two slips fall back on name, birth and sex": (
        [note("civil_cremation/cremated", "2024-02-10", id_number="99" + WANG[2:])],
        ("to_verify", ["lead_no_id"]),
    ),
    "contracts: without a number the other sex does not fit": (
        [note("civil_cremation/cremated", "2024-02-10", id_number="", sex="2")],
        ("no_evidence", ["none"]),
    ),
    "contracts: life signs are never tied without the number": (
        [note("transport_trip/boarded", "2023-11-02", id_number="")],
        ("no_evidence", ["none"]),
    ),
    "rule 5: life under the number with another name": (
        [note("insurance_pharmacy/purchase", "2024-01-01", name="李明")],
        ("to_verify", ["life_other_name"]),
    ),
    "rule 5: which own life outweighs": (
        [note("insurance_pharmacy/purchase", "2024-01-01", name="李明"), BOARDED],
        ("eligible", ["life_p2"]),
    ),
    "rule 2: before birth proves nothing": (
        [note("civil_cremation/cremated", "1950-03-14")],
        ("no_evidence", ["none"]),
    ),
    "rule 0: a batch delivered after the as-of date does not exist": (
        [replace(BOARDED, delivered_at="2024-05-31T16:00:00+00:00")],
        ("no_evidence", ["none"]),
    ),
    "flag: community correction goes on being paid without a raise": (
        [note("justice_correction/report", "2024-02-01")],
        ("eligible", ["life_p2", "no_raise"]),
    ),
    "flag: emigrated": ([note("police_household/emigrated", "2020-02-01")], ("no_evidence", ["none", "hint"])),
    "flag: out for twelve months": ([note("police_border/exit", "2023-05-31")], ("no_evidence", ["none", "hint"])),
    "flag: not yet twelve months": ([note("police_border/exit", "2023-06-01")], ("no_evidence", ["none"])),
    "flag: back within twelve months": (
        [note("police_border/exit", "2022-03-01"), note("police_border/entry", "2023-03-01")],
        ("no_evidence", ["none"]),
    ),
    "flag: a loss dated before a later pass": (
        [note("civil_cremation/cremated", "2023-04-30")],
        ("to_verify", ["death", "single_source", "conflict_with_pass"]),
    ),
}


@pytest.mark.parametrize("name", STORIES)
def test_one_pensioner(name: str) -> None:
    notes, expected = STORIES[name]
    assert said(run(pensioner(), *notes)) == expected


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


def test_no_feed_of_the_contract_is_forgotten() -> None:
    assert len(DEPARTMENTS) == 20
