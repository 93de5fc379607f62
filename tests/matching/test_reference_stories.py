"""The reference on one pensioner: each case is a sentence of domain.md section 2 or contracts.md."""

from dataclasses import replace
from datetime import date

import pytest

from tests.support.pensioner import (
    AS_OF,
    BOARDED,
    CARD,
    CERTIFIED_DEAD,
    DIED,
    JAILED,
    LOGIN,
    LOGIN_ON_DAY_92,
    PHARMACY,
    SEEN_LATER,
    WANG,
    Note,
    note,
    pensioner,
    run,
    said,
)

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
