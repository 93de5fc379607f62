"""One pensioner and the notes that departments send about him: worlds small enough to decide by hand."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from anling import policy
from anling.rules.numbers import check_character
from tests.support.reference import Result, compare
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
