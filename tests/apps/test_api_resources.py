"""Every resource of runs, deliveries, passes, cases, pay and notices: own region only, and rows cost no queries."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from anling.audit.scope import within
from anling.audit.values import Scope
from anling.feeds.models import Batch
from anling.payment.models import PayLine, PayRun
from anling.roster.models import Benefit
from tests.support import case_holdings, notices_held
from tests.support.client import NUMBER, Caller, all_rows, caller, person, read
from tests.support.holdings import a_pass
from tests.support.holdings_pay import payrun
from tests.support.listings import Listed, listing
from tests.support.platform import NOW

pytestmark = pytest.mark.usefixtures("db")
HERE, THERE = "440104", "440305"
LAST = date(2026, 6, 30)
Make = Callable[[str], str]
"""Makes one row more that lies in a region; returns the address of a list that holds it."""


def a_delivery(region: str) -> str:
    """A delivery is of the province, whoever received it."""
    with within(Scope("44")):
        Batch.objects.create(
            feed="police_death", batch=f"b{Batch.objects.count()}", file_name="b.csv", state="ready", way="command",
            covers_from=date(2026, 6, 1), covers_to=LAST, delivered_at=NOW, received_at=NOW, settled_at=NOW,
            rows=5, quarantined=1, months={"2026-06": 4}, doer="test", doer_label="test", responsible=region,
        )  # fmt: skip
    return "/batches"


def a_feed(region: str) -> str:
    a_delivery(region)
    return "/feeds"


def a_run(region: str) -> str:
    listing(region=region[:4])
    return "/runs"


def lists(region: str, people: int = 1) -> str:
    """The counted lists of a new run of the province, of which a region has some."""
    listed = [Listed(person(NUMBER, region), reasons=f"death r{place}") for place in range(people)]
    return f"/runs/{listing(*listed).pk}/lists"


def decisions(region: str) -> str:
    return lists(region).replace("/lists", "/decisions")


def passes(region: str) -> str:
    a_pass(region)
    return "/passes"


def a_case(region: str) -> str:
    case_holdings.case(region)
    return "/cases"


def pay_run(region: str) -> PayRun:
    """A pay run of a month of its own."""
    made = payrun(region)
    with within(Scope("44")):
        made.month = date(2020, PayRun.objects.count(), 1)
        made.save(update_fields=["month"])
    return made


def a_pay_run(region: str) -> str:
    pay_run(region)
    return "/pay-runs"


def lines(region: str, count: int = 1) -> str:
    """Lines of a new pay run of the province, of benefits that a region pays."""
    run = pay_run("44")
    with within(Scope("44")):
        for benefit in [Benefit.objects.get(person=person(NUMBER, region)) for _ in range(count)]:
            PayLine.objects.create(
                run=run, benefit=benefit, person_id=benefit.person_id, region=region, unit=benefit.unit,
                scheme=benefit.scheme, action="arrears", state="held", reason="certified", holds="no_warning early",
                from_month=date(2026, 4, 1), to_month=date(2026, 5, 1), amount=Decimal("440"),
            )  # fmt: skip
    return f"/pay-runs/{run.pk}/lines"


def a_notice(region: str) -> str:
    told = notices_held.benefit(region)
    notices_held.notice(told, username=f"who-told-{told.pk}")
    return "/notices"


OF_A_REGION: list[Make] = [a_run, lists, decisions, passes, a_case, a_pay_run, lines, a_notice]
OF_ALL: list[Make] = [a_delivery, a_feed]


@pytest.mark.parametrize("make", OF_A_REGION)
def test_a_resource_shows_its_rows_to_its_own_region_alone(make: Make) -> None:
    address = make(HERE)
    rows = [read(caller(region).get(address))["items"] for region in ("44", "4401", HERE, "4403", THERE, "440105")]
    assert [len(each) for each in rows] in ([1, 1, 1, 0, 0, 0], [1, 1, 1, 0, 0, 1])
    assert rows[0] == rows[1] == rows[2]
    assert not rows[5] or make is a_run, "only a comparison of the whole city concerns its other counties"


@pytest.mark.parametrize("make", OF_ALL)
def test_what_departments_deliver_concerns_every_region(make: Make) -> None:
    address = make(HERE)
    ours, theirs = (read(caller(region).get(address))["items"] for region in (HERE, THERE))
    assert ours == theirs
    (told,) = [row for row in ours if row.get("feed", row.get("code")) == "police_death"]
    assert told.get("covers_to", told.get("covered_to")) == LAST.isoformat()


@pytest.mark.parametrize(("make", "key"), [(a_run, "number"), (a_case, "id"), (a_pay_run, "number")])
def test_one_of_another_region_is_not_there_and_neither_is_what_hangs_on_it(make: Make, key: str) -> None:
    address = make(HERE)
    ours, theirs = caller(HERE), caller(THERE)
    (row,) = read(ours.get(address))["items"]
    one = f"{address}/{row[key]}"
    assert read(ours.get(one)) == row
    below = {"/runs": ("", "/lists", "/decisions"), "/cases": ("",), "/pay-runs": ("", "/lines")}[address]
    assert [theirs.get(f"{one}{each}").status_code for each in below] == [404] * len(below)
    assert [ours.get(f"{one}{each}").status_code for each in below] == [200] * len(below)


def test_a_delivery_is_asked_for_by_its_id() -> None:
    ours = caller(HERE)
    (row,) = read(ours.get(a_delivery(THERE)))["items"]
    assert read(ours.get(f"/batches/{row['id']}")) == row
    assert (row["feed"], row["state"], row["quarantined"]) == ("police_death", "ready", 1)
    assert ours.get("/batches/999").status_code == 404


def asked(ours: Caller, address: str) -> tuple[int, int]:
    """Queries that a question needs, and rows of its answer."""
    with CaptureQueriesContext(connection) as seen:
        answer = ours.get(address)
    assert answer.status_code == 200, answer.content
    return len(seen), len(read(answer)["items"])


@pytest.mark.parametrize("make", [a_run, passes, a_case, a_pay_run, a_notice, a_delivery])
def test_more_rows_need_no_more_queries(make: Make) -> None:
    address, ours = make(HERE), caller("44")
    asked(ours, address)
    few, one = asked(ours, address)
    for _ in range(4):
        make(HERE)
    many, five = asked(ours, address)
    assert (one, five, many) == (1, 5, few)


@pytest.mark.parametrize("make", [lists, lines])
def test_more_rows_below_one_need_no_more_queries(make: Callable[[str, int], str]) -> None:
    ours = caller("44")
    asked(ours, make(HERE, 1))
    (few, one), (many, five) = asked(ours, make(HERE, 1)), asked(ours, make(HERE, 5))
    assert (one, five, many) == (1, 5, few)


def test_more_deliveries_of_a_feed_need_no_more_queries() -> None:
    address, ours = a_feed(HERE), caller("44")
    asked(ours, address)
    few, _ = asked(ours, address)
    for _ in range(4):
        a_feed(HERE)
    assert asked(ours, address)[0] == few


@pytest.mark.parametrize("make", [a_run, decisions, passes, a_case, a_pay_run, lines, a_notice, a_delivery])
def test_pages_hold_each_row_once(make: Make) -> None:
    address = make(HERE)
    for _ in range(2):
        address = make(HERE)
    ours = caller("44")
    whole = read(ours.get(address))["items"]
    assert all_rows(ours, f"{address}?limit=1") == whole
    assert whole
