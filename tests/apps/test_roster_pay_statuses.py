"""Many pay statuses that the roster file holds otherwise, settled together: one answer, each recorded by itself."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from anling.access.errors import NotAllowedError
from anling.audit.kinds import Kind
from anling.audit.models import Entry
from anling.audit.scope import within
from anling.audit.values import Scope
from anling.payment.effects.whose import reopen_pay_status, settle_pay_statuses
from anling.payment.errors import PaymentError
from anling.payment.models import PayFact
from anling.roster.models import Benefit, Finding, Side
from tests.support import holdings
from tests.support.platform import NOW, clerk
from tests.support.visit import signed_in

pytestmark = pytest.mark.usefixtures("db")

HERE = "440104"
PATH = "/office/cleanup/pay-status"


def _differ(count: int) -> list[int]:
    """So many benefits that are paid here and suspended in the roster file."""
    return [holdings.pay_status_differs(HERE) for _ in range(count)]


def _stopped_here(finding: int) -> None:
    """A death was found here: the file cannot lift that."""
    with within(Scope(HERE)):
        benefit = Finding.objects.select_related("benefit").get(pk=finding).benefit
        assert benefit is not None
        PayFact.objects.create(
            benefit=benefit, region=HERE, ref="end:finding:7", what="end", reason="death", source="finding:7", at=NOW,
            doer="officer:0", doer_label="test",
        )  # fmt: skip


def _said(keys: list[int]) -> list[tuple[str, str, str]]:
    """Of each difference: whether it is settled, for whom, and what is paid now."""
    with within(Scope(HERE)):
        found = Finding.objects.in_bulk(keys)
        paid = {each.pk: each.pay_status for each in Benefit.objects.all()}
        return [(found[key].state, found[key].decided, paid[found[key].benefit_id or 0]) for key in keys]


def test_one_answer_settles_many_and_each_is_recorded_and_undone_by_itself() -> None:
    by, keys = clerk(HERE), _differ(3)
    with within(Scope(HERE)):
        made = settle_pay_statuses(findings=keys, side=Side.THEIRS, reason="list of the bank", by=by, at=NOW)
    assert (made.done, made.refused) == (3, {})
    assert _said(keys) == [("settled", "theirs", "suspended")] * 3
    entries = Entry.objects.filter(kind=Kind.FINDING_SETTLED)
    assert sorted(each.object_key for each in entries) == sorted(map(str, keys))
    assert {each.reason for each in entries} == {"list of the bank"}
    with within(Scope(HERE)):
        reopen_pay_status(finding=keys[1], reason="not this one", by=by, at=NOW)
    settled = ("settled", "theirs", "suspended")
    assert _said(keys) == [settled, ("open", "", "paying"), settled]


def test_what_cannot_be_settled_stays_open_and_holds_no_other_back() -> None:
    by, keys = clerk(HERE), _differ(3)
    _stopped_here(keys[1])
    with within(Scope(HERE)):
        made = settle_pay_statuses(findings=keys, side=Side.THEIRS, reason="list of the bank", by=by, at=NOW)
    assert (made.done, list(made.refused)) == (2, [keys[1]])
    assert "stopped or ended here" in made.refused[keys[1]]
    assert [state for state, _side, _paid in _said(keys)] == ["settled", "open", "settled"]
    with within(Scope(HERE)):
        made = settle_pay_statuses(findings=keys, side=Side.OURS, reason="found dead", by=by, at=NOW)
    assert (made.done, sorted(made.refused)) == (1, [keys[0], keys[2]]), "what is settled is not settled again"
    assert _said(keys)[1][:2] == ("settled", "ours")


def test_nothing_is_settled_without_a_reason_for_too_many_or_elsewhere() -> None:
    by, keys = clerk(HERE), _differ(1)
    with within(Scope(HERE)):
        with pytest.raises(PaymentError, match="what it rests"):
            settle_pay_statuses(findings=keys, side=Side.OURS, reason=" ", by=by, at=NOW)
        with pytest.raises(PaymentError, match="1 to 50 differences at a time"):
            settle_pay_statuses(findings=range(1, 52), side=Side.OURS, reason="x", by=by, at=NOW)
        with pytest.raises(NotAllowedError):
            settle_pay_statuses(findings=keys, side=Side.OURS, reason="x", by=clerk("4403", "far"), at=NOW)
    with within(Scope("4403")):
        made = settle_pay_statuses(findings=keys, side=Side.OURS, reason="x", by=clerk("4403", "there"), at=NOW)
    assert (made.done, list(made.refused)) == (0, keys)
    assert _said(keys) == [("open", "", "paying")]


def test_the_page_shows_what_was_chosen_before_it_is_settled() -> None:
    clerk(HERE, "li")
    client, keys = signed_in("li"), _differ(3)
    queue = client.get("/office/cleanup?kind=pay_status_differs&sort=-found").content.decode()
    assert re.findall(r'name="finding" value="(\d+)"', queue) == [str(key) for key in keys]
    assert client.get(PATH).status_code == 405
    asked = {"finding": keys[:2], "sort": "-found"}
    page = client.post(PATH, asked).content.decode()
    assert re.findall(r'name="finding" value="(\d+)"', page) == [str(key) for key in keys[:2]]
    assert "Settle 2 differences" in page
    assert [state for state, _side, _paid in _said(keys)] == ["open"] * 3, "looking settles nothing"
    unsaid = client.post(PATH, {**asked, "settle": "yes", "side": "theirs", "reason": ""})
    assert (unsaid.status_code, 'id="id_reason_error"' in unsaid.content.decode()) == (422, True)
    told = client.post(PATH, {**asked, "settle": "yes", "side": "theirs", "reason": "list of the bank"}, follow=True)
    assert told.redirect_chain == [("/office/cleanup?kind=pay_status_differs&sort=-found", 302)]
    assert "2 differences are settled" in told.content.decode()
    assert [state for state, _side, _paid in _said(keys)] == ["settled", "settled", "open"]


def test_the_page_names_each_row_that_could_not_be_settled_and_keeps_what_was_typed() -> None:
    clerk(HERE, "li")
    client, keys = signed_in("li"), _differ(2)
    _stopped_here(keys[0])
    answer = client.post(PATH, {"finding": keys, "settle": "yes", "side": "theirs", "reason": "list of the bank"})
    page = answer.content.decode()
    assert answer.status_code == 422
    assert re.findall(r'name="finding" value="(\d+)"', page) == [str(keys[0])]
    assert "undo that on the page of the person, or keep ours" in page
    assert "1 difference is settled" in page
    assert "list of the bank</textarea>" in page
    empty = client.post(PATH, {"finding": "x"}, follow=True).content.decode()
    assert "Choose differences in the list first." in empty


def test_another_region_chooses_nothing_of_ours() -> None:
    clerk("4403", "far")
    keys = _differ(1)
    asked = {"finding": keys, "settle": "yes", "side": "ours", "reason": "mine"}
    assert "Choose differences in the list first." in signed_in("far").post(PATH, asked, follow=True).content.decode()
    assert _said(keys) == [("open", "", "paying")]


def test_looking_at_many_asks_the_database_no_more_than_looking_at_few() -> None:
    clerk(HERE, "li")
    client, keys = signed_in("li"), _differ(6)

    def asked(chosen: list[int]) -> int:
        with CaptureQueriesContext(connection) as seen:
            assert client.post(PATH, {"finding": chosen}).status_code == 200
        return len(seen)

    asked(keys[:2])
    assert asked(keys) == asked(keys[:2])
