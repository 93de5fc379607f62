"""A region is told by its name wherever people read; its code is seen where the pointer rests, and in files."""

import re
from collections.abc import Callable

import pytest

from anling.access.roles import Role
from anling.audit.scope import within
from anling.audit.values import Scope
from anling.comparison.models import State
from anling.roster.correcting import correct_benefit
from anling.roster.models import Benefit, ImportState
from anling.territory.models import UnitKind
from anling.territory.operations import save_unit
from tests.support import case_holdings, client, holdings, holdings_pay, listings, notices_held
from tests.support.platform import NOW, clerk, officer
from tests.support.visit import visitor

pytestmark = pytest.mark.usefixtures("db")

HERE = "440104"


def _person() -> str:
    key = client.person(client.NUMBER, HERE)
    listings.a_case(case_holdings.doer(HERE), HERE)
    by = clerk("44", "moves")
    with within(Scope("44")):
        benefit = Benefit.objects.get(person=key)
        correct_benefit(benefit=benefit.pk, said={"region": "440106"}, reason="moved", by=by, at=NOW)
        correct_benefit(benefit=benefit.pk, said={"region": HERE}, reason="moved back", by=by, at=NOW)
    return f"/office/people/{key}"


def _case() -> str:
    return f"/office/cases/{case_holdings.case(HERE).pk}"


def _import() -> str:
    return f"/office/imports/{holdings.roster_import(HERE, ImportState.APPLIED).pk}"


def _finding() -> str:
    return f"/office/cleanup/{holdings.finding(HERE)}"


def _payrun() -> str:
    return f"/office/payruns/{holdings_pay.payrun(HERE).pk}"


def _run() -> str:
    return f"/office/runs/{holdings.run(HERE, State.DONE).pk}"


def _notice() -> str:
    return f"/office/notices/{notices_held.a_notice(HERE)[0]['key']}"


@pytest.mark.parametrize("make", [_person, _case, _import, _finding, _payrun, _run, _notice])
def test_a_page_names_the_region(make: Callable[[], str]) -> None:
    path = make()
    desk = visitor()
    desk.force_login(officer("reads", Role.CLERK, "4401"))
    assert "越秀区" in _read(desk.get(path).content.decode())


def _read(page: str) -> str:
    """The text of the main part; a code of a region alone must not be in it."""
    (main,) = re.findall(r"<main.*?</main>", page, re.S)
    text = re.sub(r"<[^>]*>", " ", main)
    assert not re.search(r"(?<![0-9A-Z])4401(04|06)?(?![0-9A-Z])", text), text
    return text


def test_the_trail_names_the_region_of_an_entry_and_of_what_was_changed() -> None:
    by = clerk("4401", "places")
    for region in (HERE, "440106"):
        save_unit(code="U1", name="一厂", kind=UnitKind.OTHER, region=region, by=by, at=NOW)
    audit = visitor()
    audit.force_login(officer("audits", Role.AUDIT_ADMINISTRATOR))
    page = audit.get("/office/trail").content.decode()
    assert "天河区" in _read(page)
    entry = re.findall(r'href="(/office/trail/\d+)"', page)[0]
    shown = _read(audit.get(entry).content.decode())
    assert "越秀区" in shown
    assert "天河区" in shown


def test_client_systems_are_listed_with_the_names_of_their_regions() -> None:
    client.system("4401")
    keeper = visitor()
    keeper.force_login(officer("keeps", Role.SECURITY_ADMINISTRATOR))
    assert '<td title="4401">广州市</td>' in keeper.get("/office/clients").content.decode()
