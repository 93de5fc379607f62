"""A pay status that the roster file holds otherwise: never written over once ours holds, settled by a named officer."""

from pathlib import Path

import pytest
from django.db import connections
from django.db.migrations.executor import MigrationExecutor

from anling.access.errors import NotAllowedError
from anling.audit.kinds import Kind
from anling.audit.models import Entry
from anling.audit.scope import within
from anling.audit.values import Actor, Scope
from anling.payment.effects.whose import reopen_pay_status, settle_pay_status
from anling.payment.errors import PaymentError
from anling.payment.models import PayFact
from anling.roster import operations
from anling.roster.errors import RosterError
from anling.roster.models import Benefit, Change, Finding, GoneLive, RosterImport, Side
from anling.roster.paying import go_live, set_pay_status
from tests.support.latest import to_the_latest
from tests.support.pay import HERE, PayOffice
from tests.support.platform import NOW, clerk
from tests.support.rosters import check, load, row, write
from tests.support.visit import signed_in

PROVINCE = Scope("44")
OTHER = row(2)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """Where the roster of the test is written."""
    return tmp_path / "roster.csv"


def _live(region: str = "4401") -> None:
    with within(Scope(region)):
        go_live(region=region, source="payrun:1", at=NOW)


def _differs(file: Path, by: Actor, **theirs: str) -> Finding:
    """The item of a benefit that is paid here and not in the file, in a city that is live."""
    load(file, by, row(1), OTHER)
    _live()
    load(file, by, row(1, **(theirs or {"pay_status": "ended"})), OTHER)
    with within(PROVINCE):
        return Finding.objects.get(kind="pay_status_differs", state="open")


def _status(benefit_no: str = "B1") -> tuple[str, str]:
    with within(PROVINCE):
        found = Benefit.objects.get(benefit_no=benefit_no)
    return found.pay_status, found.suspend_reason


def _items() -> list[tuple[str, str, str, str]]:
    with within(PROVINCE):
        found = Finding.objects.filter(kind="pay_status_differs").order_by("pk")
        return [(each.state, each.ours, each.theirs, each.decided) for each in found]


def _settle(item: Finding, side: Side, by: Actor, reason: str = "seen the paper") -> None:
    with within(PROVINCE):
        settle_pay_status(finding=item.pk, side=side, reason=reason, by=by, at=NOW)


def _reopen(item: Finding, by: Actor) -> None:
    with within(PROVINCE):
        reopen_pay_status(finding=item.pk, reason="wrong paper", by=by, at=NOW)


@pytest.mark.usefixtures("db")
def test_before_a_region_is_live_the_file_is_followed(file: Path) -> None:
    by = clerk()
    load(file, by, row(1), OTHER)
    _live("4403")
    assert load(file, by, row(1, pay_status="ended"), OTHER).counts["differs"] == 0
    assert (_status(), _items()) == (("ended", ""), [])


@pytest.mark.usefixtures("db")
def test_a_region_is_live_from_its_first_pay_run_that_was_exported() -> None:
    office = PayOffice()
    office.warned(office.benefit())
    office.drafted()
    with within(HERE):
        assert not GoneLive.objects.exists()
    run = office.handed_over()
    with within(HERE):
        assert [(each.region, each.source) for each in GoneLive.objects.all()] == [(run.region, f"payrun:{run.pk}")]


@pytest.mark.usefixtures("db")
def test_once_live_a_differing_pay_status_is_shown_and_not_written_and_the_rest_of_the_row_is(file: Path) -> None:
    by = clerk()
    load(file, by, row(1), OTHER)
    _live()
    shown = check(write(file, row(1, pay_status="suspended", unit="U9"), OTHER), by)
    assert (shown.counts["differs"], shown.counts["changed"], shown.counts["unchanged"]) == (1, 1, 1)
    assert shown.details["differs"] == [{"benefit_no": "B1", "ours": "paying", "theirs": "suspended"}]
    assert _items() == [], "a file that is only checked opens nothing"
    operations.apply(key=shown.pk, by=by, at=NOW)
    with within(PROVINCE):
        benefit = Benefit.objects.get(benefit_no="B1")
        assert (benefit.pay_status, benefit.unit) == ("paying", "U9")
        assert {c.field for c in Change.objects.filter(benefit=benefit)} == {"unit"}
    assert _items() == [("open", "paying", "suspended", "")]


@pytest.mark.usefixtures("db")
def test_a_row_that_differs_in_nothing_else_opens_one_item_however_often_it_comes(file: Path) -> None:
    by = clerk()
    _differs(file, by)
    for _ in range(2):
        again = load(file, by, row(1, pay_status="ended"), OTHER)
        assert (again.counts["changed"], again.counts["differs"]) == (0, 1)
    assert _items() == [("open", "paying", "ended", "")]
    load(file, by, row(1, pay_status="suspended"), OTHER)
    assert _items() == [("open", "paying", "suspended", "")], "the item follows the newest file"
    load(file, by, row(1), OTHER)
    assert _items() == [("gone", "paying", "suspended", "")]


@pytest.mark.usefixtures("db")
def test_new_benefits_come_with_the_pay_status_of_the_file(file: Path) -> None:
    by = clerk()
    load(file, by, row(1))
    _live()
    assert load(file, by, row(1), row(3, pay_status="suspended")).counts["differs"] == 0
    assert _status("B3") == ("suspended", "")


@pytest.mark.usefixtures("db")
def test_a_benefit_that_was_decided_here_is_ours_before_its_region_is_live(file: Path) -> None:
    by = clerk()
    load(file, by, row(1), OTHER)
    with within(PROVINCE):
        key = Benefit.objects.get(benefit_no="B1").pk
        rows = "SELECT %(key)s::bigint AS benefit_id, 'ended' AS pay_status, 'death' AS suspend_reason"
        set_pay_status(rows, {"key": key}, source="finding:7", by=by, at=NOW)
    load(file, by, row(1), row(2, pay_status="suspended"))
    assert (_status("B1"), _status("B2")) == (("ended", "death"), ("suspended", ""))
    assert _items() == [("open", "ended:death", "paying", "")]


@pytest.mark.usefixtures("db")
def test_ours_is_kept_by_name_and_the_same_file_does_not_ask_again_but_another_does(file: Path) -> None:
    by = clerk()
    item = _differs(file, by)
    _settle(item, Side.OURS, by, "met her yesterday")
    load(file, by, row(1, pay_status="ended"), OTHER)
    assert (_status(), _items()) == (("paying", ""), [("settled", "paying", "ended", "ours")])
    entry = Entry.objects.get(kind=Kind.FINDING_SETTLED)
    assert (entry.doer_label, entry.reason) == ("clerk", "met her yesterday")
    assert entry.after == {"state": "settled", "pay_status": "paying"}
    load(file, by, row(1, pay_status="suspended"), OTHER)
    assert _items()[1:] == [("open", "paying", "suspended", "")]
    load(file, by, row(1), OTHER)
    load(file, by, row(1, pay_status="ended"), OTHER)
    assert _items()[2:] == [("open", "paying", "ended", "")], "the file had agreed since, so this is news"


@pytest.mark.usefixtures("db")
def test_theirs_is_taken_with_its_history_and_can_be_undone(file: Path) -> None:
    by = clerk()
    item = _differs(file, by)
    _settle(item, Side.THEIRS, by, "death certificate of the office")
    assert _status() == ("ended", "")
    with within(PROVINCE):
        change = Change.objects.get(field="pay_status")
    assert (change.before, change.after, change.source) == ("paying", "ended", f"reconciled:{item.pk}")
    assert load(file, by, row(1, pay_status="ended"), OTHER).counts["differs"] == 0
    _reopen(item, by)
    assert (_status(), _items()) == (("paying", ""), [("open", "paying", "ended", "")])
    entry = Entry.objects.get(kind=Kind.FINDING_REOPENED)
    assert (entry.reason, entry.after) == ("wrong paper", {"state": "open", "pay_status": "paying"})
    load(file, by, row(1, pay_status="ended"), OTHER)
    assert (_status(), len(_items())) == (("paying", ""), 1)


@pytest.mark.usefixtures("db")
def test_undoing_is_refused_with_what_has_happened_since(file: Path) -> None:
    by = clerk()
    item = _differs(file, by)
    _settle(item, Side.OURS, by)
    load(file, by, row(1), OTHER)
    with pytest.raises(PaymentError, match="says what we say"):
        _reopen(item, by)
    with within(PROVINCE):
        rows = "SELECT id AS benefit_id, 'suspended' AS pay_status, '' AS suspend_reason FROM roster_benefit"
        set_pay_status(rows, {}, source="finding:8", by=by, at=NOW)
    with pytest.raises(PaymentError, match="has changed since"):
        _reopen(item, by)


@pytest.mark.usefixtures("db")
def test_a_stop_of_ours_is_not_lifted_by_a_file(file: Path) -> None:
    by = clerk()
    load(file, by, row(1), OTHER)
    with within(PROVINCE):
        benefit = Benefit.objects.get(benefit_no="B1")
        PayFact.objects.create(
            benefit=benefit, region=benefit.region, ref="end:finding:7", what="end", reason="death",
            source="finding:7", at=NOW, doer=by.key, doer_label=by.label,
        )  # fmt: skip
        rows = "SELECT %(key)s::bigint AS benefit_id, 'ended' AS pay_status, 'death' AS suspend_reason"
        set_pay_status(rows, {"key": benefit.pk}, source="finding:7", by=by, at=NOW)
    load(file, by, row(1), OTHER)
    with within(PROVINCE):
        item = Finding.objects.get(kind="pay_status_differs")
    with pytest.raises(PaymentError, match="page of the person"):
        _settle(item, Side.THEIRS, by)
    assert _status() == ("ended", "death")
    _settle(item, Side.OURS, by)
    assert _items() == [("settled", "ended:death", "paying", "ours")]


@pytest.mark.usefixtures("db")
def test_another_region_settles_nothing_and_a_note_alone_does_not_settle_it(file: Path) -> None:
    by = clerk()
    item = _differs(file, by)
    with within(Scope("4403")), pytest.raises(PaymentError, match="in your region"):
        settle_pay_status(finding=item.pk, side=Side.OURS, reason="mine", by=clerk("4403", "elsewhere"), at=NOW)
    with within(PROVINCE):
        with pytest.raises(NotAllowedError):
            settle_pay_status(finding=item.pk, side=Side.OURS, reason="mine", by=clerk("4403", "far"), at=NOW)
        with pytest.raises(RosterError, match="whose pay status"):
            operations.settle(finding=item.pk, note="done", by=by, at=NOW)
        with pytest.raises(PaymentError, match="what it rests"):
            settle_pay_status(finding=item.pk, side=Side.THEIRS, reason=" ", by=by, at=NOW)
    assert _items() == [("open", "paying", "ended", "")]


@pytest.mark.usefixtures("db")
def test_the_pages_show_both_sides_and_settle_and_undo(file: Path) -> None:
    by = clerk("4401", "li")
    item = _differs(file, by, pay_status="suspended")
    client = signed_in("li")
    address = f"/office/cleanup/{item.pk}"
    with within(PROVINCE):
        newest = RosterImport.objects.latest("pk").pk
    assert "Pay status differs, and ours holds" in client.get(f"/office/imports/{newest}").content.decode()
    queue = client.get("/office/cleanup?kind=pay_status_differs").content.decode()
    assert all(text in queue for text in (address, "Paying", "Suspended"))
    page = client.get(address).content.decode()
    assert all(text in page for text in ("Ours", "The roster file", "Paying", "Suspended"))
    assert 'id="id_reason_error"' in client.post(address, {"side": "theirs", "reason": ""}).content.decode()
    client.post(address, {"side": "theirs", "reason": "letter of the bank"})
    assert _status() == ("suspended", "")
    assert "letter of the bank" in client.get("/office/cleanup/settled").content.decode()
    assert f"{address}/reopen" in client.get(address).content.decode()
    client.post(f"{address}/reopen", {"reason": "another person's letter"})
    assert (_status(), _items()) == (("paying", ""), [("open", "paying", "suspended", "")])
    clerk("4403", "far")
    assert [signed_in("far").get(path).status_code for path in (address, f"{address}/reopen")] == [404, 404]


@pytest.mark.usefixtures("flushed")
def test_items_and_runs_of_before_this_was_kept_come_along() -> None:
    executor = MigrationExecutor(connections["owner"])
    office = PayOffice()
    benefit = office.benefit()
    office.warned(benefit)
    run = office.handed_over()
    executor.migrate([("payment", "0006_what_was_carried_out"), ("roster", "0009_people_by_writing")])
    with connections["owner"].cursor() as cursor:
        cursor.execute(
            "INSERT INTO roster_finding (kind, region, person_id, state, note, found_at, ended_label)"
            " VALUES ('pay_status_differs', %s, %s, 'open', %s, %s, '')",
            [benefit.region, benefit.person_id, f"{benefit.benefit_no}: suspended / paying", NOW],
        )
    to_the_latest()
    with within(PROVINCE):
        found = Finding.objects.get()
        assert (found.benefit_id, found.ours.partition(":")[0], found.theirs) == (benefit.pk, "suspended", "paying")
        assert [(each.region, each.source) for each in GoneLive.objects.all()] == [(run.region, f"payrun:{run.pk}")]
