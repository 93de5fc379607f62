"""Every table of the office sorts, and is taken out as a file: as its page shows it, masked, and in the trail."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from anling.access.roles import Role
from anling.audit.kinds import Kind
from anling.audit.models import Entry
from anling.audit.scope import within
from anling.audit.values import Scope
from anling.comparison.models import State
from anling.payment.models import Mismatch
from anling.roster.models import Benefit
from anling.territory.models import UnitKind
from anling.territory.operations import save_unit
from tests.support import case_holdings, holdings, holdings_pay
from tests.support.client import NUMBER, person
from tests.support.platform import NOW, clerk, officer
from tests.support.taken_out import rows_of
from tests.support.visit import visitor

pytestmark = pytest.mark.usefixtures("db")

HERE = "440104"
YUEXIU = "广东省 广州市 越秀区"
MASKED = f"{NUMBER[:4]}{'*' * 10}{NUMBER[-4:]}"


def _client(role: Role = Role.CLERK, region: str = HERE) -> Client:
    client = visitor()
    client.force_login(officer(f"takes-{role}-{region}", role, region))
    return client


def _differs() -> None:
    holdings.pay_status_differs(HERE)


def _appealed() -> None:
    case_holdings.appeal(HERE, case_holdings.doer(HERE))


def _found() -> None:
    case_holdings.finding(HERE, case_holdings.doer(HERE))


def _mismatch() -> None:
    with within(Scope(HERE)):
        benefit = Benefit.objects.get(person=person(NUMBER, HERE, benefit_no=f"A-{NUMBER}-resident"))
        Mismatch.objects.create(
            kind="pay_status", region=HERE, benefit=benefit, ours="paying", theirs="=ended", at=NOW,
            run=holdings_pay.payrun(HERE),
        )  # fmt: skip


def _unit() -> None:
    save_unit(code="U1", name="一厂", kind=UnitKind.EMPLOYER, region=HERE, by=clerk(HERE, "places"), at=NOW)


def _run() -> None:
    holdings.run(HERE, State.DONE)


def _imported() -> None:
    holdings.roster_import(HERE)


def _payrun() -> None:
    holdings_pay.payrun(HERE)


Told = dict[str, str]
TABLES: list[tuple[str, Callable[[], Any], Told, Told]] = [
    ("cleanup", _differs, {"kind": "pay_status_differs"},
     {"id_number": MASKED, "region_name": YUEXIU, "ours": "Paying", "theirs": "Suspended"}),
    ("appeals", _appealed, {"state": "open"},
     {"id_number": MASKED, "region_name": YUEXIU, "contested": "I live."}),
    ("findings", _found, {},
     {"id_number": MASKED, "region_name": YUEXIU, "finding": "Dead", "day": "2026-05-10",
      "rests_on": "the register says so"}),
    ("mismatches", _mismatch, {},
     {"benefit_no": f"A-{MASKED}-resident", "region_name": YUEXIU, "ours": "paying", "pay_month": "2026-06"}),
    ("units", _unit, {"kind": "employer"}, {"code": "U1", "name": "一厂", "region_name": YUEXIU}),
    ("runs", _run, {}, {"state": "Done", "region": HERE, "region_name": YUEXIU}),
    ("imports", _imported, {}, {"file": "r.csv", "region_name": YUEXIU, "received_by": "test"}),
    ("payruns", _payrun, {}, {"month": "2026-06", "region_name": YUEXIU, "drafted_by": "test"}),
]  # fmt: skip


def _page(what: str) -> str:
    return "/office/places/units" if what == "units" else f"/office/{what}"


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
@pytest.mark.parametrize(("what", "make", "asked", "told"), TABLES, ids=[each[0] for each in TABLES])
def test_a_table_is_taken_out_as_it_is_filtered_and_recorded(
    what: str, make: Callable[[], Any], asked: Told, told: Told, kind: str
) -> None:
    make()
    path = f"{_page(what)}/export"
    assert _client(Role.SUPERVISOR).post(path, asked).status_code == 403
    office = _client()
    assert office.get(path).status_code == 405
    assert f'action="{path}"' in office.get(_page(what), asked).content.decode()
    (row,) = rows_of(office.post(path, {**asked, "format": kind}), kind)
    assert {name: row[name] for name in told} == told
    assert NUMBER not in str(row)
    entry = Entry.objects.get(kind=Kind.LIST_EXPORTED)
    assert (entry.object_type, entry.region, entry.rows, entry.after) == (what, HERE, 1, {**asked, "format": kind})
    if what == "units":
        return  # the directory of units is the province's, for every office
    assert rows_of(_client(region="440305").post(path, {**asked, "format": kind}), kind) == [], "not another region's"


def test_what_a_spreadsheet_would_calculate_is_quoted() -> None:
    _mismatch()
    (row,) = rows_of(_client().post("/office/mismatches/export", {"format": "csv"}), "csv")
    assert row["theirs"] == "'=ended"


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_the_feeds_are_taken_out_with_their_health_in_the_order_of_the_page(kind: str) -> None:
    office = _client()
    rows = rows_of(office.post("/office/feeds/export", {"format": kind, "sort": "-delay"}), kind)
    delays = [int(row["usual_delay_days"]) for row in rows]
    assert delays == sorted(delays, reverse=True)
    (deaths,) = [row for row in rows if row["feed"] == "police_death"]
    assert (deaths["required"], bool(deaths["health"]), bool(deaths["department"])) == ("yes", True, True)
    entry = Entry.objects.get(kind=Kind.LIST_EXPORTED)
    assert (entry.object_type, entry.rows) == ("feeds", len(rows))


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_officers_are_taken_out_by_who_administers_them_alone(kind: str) -> None:
    officer("li", Role.REVIEWER, HERE)
    keeper = _client(Role.SECURITY_ADMINISTRATOR, "")
    assert 'action="/office/officers/export"' in keeper.get("/office/officers").content.decode()
    assert _client().post("/office/officers/export").status_code == 403
    (row,) = rows_of(keeper.post("/office/officers/export", {"search": "li", "role": "reviewer", "format": kind}), kind)
    assert (row["username"], row["roles_today"], row["switched_on"]) == ("li", f"Reviewer · {YUEXIU}", "yes")
    entry = Entry.objects.get(kind=Kind.LIST_EXPORTED)
    assert (entry.object_type, entry.region, entry.rows) == ("officers", "", 1)
    assert entry.after == {"search": "l＊", "role": "reviewer", "format": kind}


def _shown(client: Client, path: str, pattern: str) -> list[str]:
    return re.findall(pattern, client.get(path).content.decode())


def test_the_feeds_sort_by_what_their_columns_say() -> None:
    office, codes = _client(), r"<td><a href=\"/office/feeds/([a-z_]+)\""
    names = _shown(office, "/office/feeds", codes)
    assert _shown(office, "/office/feeds?sort=-feed", codes) == sorted(names, reverse=True)
    page = office.get("/office/feeds?sort=delay").content.decode()
    days = [int(each) for each in re.findall(r">(\d+) days?<", page)]
    assert days == sorted(days)
    assert 'aria-sort="ascending"' in page


def test_roster_files_sort_by_their_counts() -> None:
    for added, name in ((2, "b.csv"), (10, "a.csv")):
        found = holdings.roster_import(HERE)
        with within(Scope(HERE)):
            type(found).objects.filter(pk=found.pk).update(file_name=name, counts={**found.counts, "added": added})
    found = holdings.roster_import(HERE)
    with within(Scope(HERE)):
        type(found).objects.filter(pk=found.pk).update(file_name="c.csv", counts={})
    office, names = _client(), r">([abc])\.csv<"
    assert _shown(office, "/office/imports", names) == ["c", "a", "b"]
    assert _shown(office, "/office/imports?sort=added", names) == ["b", "a", "c"]
    assert _shown(office, "/office/imports?sort=-added", names) == ["a", "b", "c"]
    assert _shown(office, "/office/imports?sort=-file", names) == ["c", "b", "a"]


def test_the_trail_sorts_and_pages_what_is_not_too_long() -> None:
    for number in range(3):
        save_unit(
            code=f"U{number}", name=f"{number}厂", kind=UnitKind.OTHER, region=HERE, by=clerk(HERE, f"c{number}"),
            at=NOW,
        )  # fmt: skip
    audit = _client(Role.AUDIT_ADMINISTRATOR, "")
    keys = r">Unit (U\d)<"
    assert _shown(audit, "/office/trail", keys) == ["U2", "U1", "U0"]
    assert _shown(audit, "/office/trail?sort=at", keys) == ["U0", "U1", "U2"]
    assert _shown(audit, "/office/trail?sort=-doer", keys) == ["U2", "U1", "U0"]
    page = audit.get("/office/trail?sort=object").content.decode()
    assert re.findall(keys, page) == ["U0", "U1", "U2"]
    assert 'aria-sort="ascending"' in page
    assert 'title="440104">越秀区<' in page


def test_queues_and_differences_sort() -> None:
    with within(Scope("44")):
        for region in ("440106", "440104"):
            Mismatch.objects.create(kind="unknown_benefit", region=region, at=NOW, run=None)
    office = _client(region="4401")
    places = r"<td>(越秀区|天河区)</td>"
    assert _shown(office, "/office/mismatches", places) == ["天河区", "越秀区"]
    assert _shown(office, "/office/mismatches?sort=region", places) == ["越秀区", "天河区"]
    for region in ("440106", "440104"):
        holdings.finding(region)
    assert _shown(office, "/office/cleanup?kind=unit_missing&sort=region", places) == ["越秀区", "天河区"]
    assert _shown(office, "/office/cleanup?kind=unit_missing&sort=-region", places) == ["天河区", "越秀区"]
