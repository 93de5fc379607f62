"""One object of each kind that lies in a region, so that another region can ask for it (test_isolation.py)."""

from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory

from django.conf import settings

from anling.audit.scope import within
from anling.audit.values import Actor, Scope
from anling.comparison.models import Run, WhatIf
from anling.comparison.models import State as RunState
from anling.feeds.models import Batch
from anling.feeds.roster_import import folder_of
from anling.passes.models import Way
from anling.passes.operations import record_pass
from anling.passes.recording import Origin
from anling.payment.effects.whose import settle_pay_status
from anling.roster.merging import merge_people
from anling.roster.models import Benefit, Finding, FindingKind, ImportState, RosterImport, Side
from anling.rules.months import Month
from tests.apps.deliveries import delivered, site_rooms, spoilt
from tests.support.client import NUMBER, person
from tests.support.platform import NOW, clerk

Arguments = dict[str, object]
Posted = dict[str, str]
Maker = Callable[[str], tuple[Arguments, Posted]]
"""From a region to the arguments of the address of an object there, and what is posted to it (nothing: it is read)."""


def a_person(region: str) -> tuple[Arguments, Posted]:
    return {"key": person(NUMBER, region)}, {}


def a_person_to_write_to(region: str) -> tuple[Arguments, Posted]:
    return {"key": person(NUMBER, region)}, {"language": "en"}


def a_number(region: str) -> tuple[Arguments, Posted]:
    arguments: Arguments = {"object_type": "person", "key": str(person(NUMBER, region)), "field": "id_number"}
    return arguments, {"reason": "call them back"}


def a_pass(region: str) -> tuple[Arguments, Posted]:
    key = person(NUMBER, region)
    with within(Scope(region)):
        made = record_pass(
            benefits=list(Benefit.objects.filter(person=key)), month=Month.of_date(NOW.date()), shown_at=NOW,
            origin=Origin(Way.OUTLET, "test:1"), by=clerk("44", f"passes-{key}"), at=NOW,
        )  # fmt: skip
    return {"key": made}, {"reason": "the wrong card"}


def roster_import(region: str, state: ImportState = ImportState.CHECKED) -> RosterImport:
    """A roster file of a region."""
    with within(Scope(region)):
        return RosterImport.objects.create(
            region=region, file_name="r.csv", state=state, received_at=NOW, received_by="test", received_label="test",
            counts={"rows": 0, "added": 0, "changed": 0, "unchanged": 0, "gone": 0, "rejected": 0, "differs": 0},
        )  # fmt: skip


def an_import(region: str) -> tuple[Arguments, Posted]:
    return {"key": roster_import(region).pk}, {}


def an_import_to_decide(region: str) -> tuple[Arguments, Posted]:
    return {"key": roster_import(region).pk}, {"reason": "as agreed"}


def an_import_with_lists(region: str) -> tuple[Arguments, Posted]:
    key = roster_import(region).pk
    folder = folder_of(settings.HOME, key)
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "rejected.csv").write_text("row,reason\n", encoding="utf-8")
    return {"key": key, "name": "rejected"}, {"read": "yes"}


def finding(region: str) -> int:
    """Something to be cleaned up in a region."""
    key = person(NUMBER, region)
    with within(Scope(region)):
        kind = FindingKind.UNIT_MISSING
        return int(Finding.objects.create(kind=kind, region=region, person_id=key, found_at=NOW).pk)


def a_finding(region: str) -> tuple[Arguments, Posted]:
    return {"key": finding(region)}, {}


def pay_status_differs(region: str) -> int:
    """A benefit that is paid here and stopped in the roster file."""
    key = person(NUMBER, region)
    with within(Scope(region)):
        made = Finding.objects.create(
            kind=FindingKind.PAY_STATUS_DIFFERS, region=region, person_id=key, found_at=NOW, ours="paying",
            theirs="suspended", benefit=Benefit.objects.get(person_id=key),
        )  # fmt: skip
        return int(made.pk)


def settled_pay_status(region: str, by: Actor) -> int:
    """One that was settled for ours."""
    key = pay_status_differs(region)
    with within(Scope(region)):
        settle_pay_status(finding=key, side=Side.OURS, reason="见过本人", by=by, at=NOW)
    return key


def a_settled_pay_status(region: str) -> tuple[Arguments, Posted]:
    return {"key": settled_pay_status(region, clerk(region, "who-settled"))}, {"reason": "seen again"}


def two_people(region: str) -> tuple[int, int]:
    """Two people of one number in a region."""
    return person(NUMBER, region), person(NUMBER, region)


def two_people_to_merge(region: str) -> tuple[Arguments, Posted]:
    keep, other = two_people(region)
    with within(Scope(region)):
        kind = FindingKind.SHARED_NUMBER
        found = Finding.objects.create(kind=kind, region=region, person_id=keep, other_id=other, found_at=NOW)
    return {"key": found.pk, "keep": keep}, {}


def merged(region: str, by: Actor) -> int:
    """A merge of two people of a region."""
    keep, other = two_people(region)
    with within(Scope(region)):
        return int(merge_people(keep=keep, other=other, reason="one card", by=by, at=NOW).pk)


def a_merge(region: str) -> tuple[Arguments, Posted]:
    return {"key": merged(region, clerk(region, "who-merged"))}, {}


def a_benefit(region: str) -> tuple[Arguments, Posted]:
    with within(Scope(region)):
        return {"key": Benefit.objects.get(person_id=person(NUMBER, region)).pk}, {}


def a_benefit_by_post(region: str) -> tuple[Arguments, Posted]:
    return a_benefit(region)[0], {"do": "make"}


def run(region: str, state: RunState = RunState.QUEUED) -> Run:
    """A comparison of a region."""
    with within(Scope(region)):
        return Run.objects.create(
            region=region, as_of=NOW.date(), state=state, asked_by="test", asked_by_label="test", asked_at=NOW,
            report={"feeds": []} if state == RunState.DONE else None,
        )  # fmt: skip


def a_run(region: str) -> tuple[Arguments, Posted]:
    return {"number": run(region).pk}, {}


def a_run_to_cancel(region: str) -> tuple[Arguments, Posted]:
    return {"number": run(region).pk}, {"sure": "yes"}


def a_run_to_replay(region: str) -> tuple[Arguments, Posted]:
    return {"number": run(region, RunState.DONE).pk}, {"sure": "yes"}


def a_finished_run(region: str) -> tuple[Arguments, Posted]:
    return {"number": run(region, RunState.DONE).pk}, {}


def what_if(region: str, state: RunState = RunState.QUEUED, asked_by: str = "test") -> WhatIf:
    """A question about a shorter cycle in a region."""
    with within(Scope(region)):
        return WhatIf.objects.create(
            region=region, stands=True, on=NOW.date(), state=state, asked_by=asked_by, asked_by_label="test",
            asked_at=NOW, policy_version="1", scratch_version="2",
            changes=[["clock.employee.cycle_months", "12", "6"]], texts={"clock.yaml": "tried"},
        )  # fmt: skip


def a_what_if(region: str) -> tuple[Arguments, Posted]:
    return {"key": what_if(region).pk}, {}


def a_what_if_to_cancel(region: str) -> tuple[Arguments, Posted]:
    return {"key": what_if(region).pk}, {"sure": "yes"}


def an_answered_what_if(region: str) -> tuple[Arguments, Posted]:
    return {"key": what_if(region, RunState.DONE).pk}, {}


def an_answered_what_if_to_delete(region: str) -> tuple[Arguments, Posted]:
    return {"key": what_if(region, RunState.DONE).pk}, {"sure": "yes"}


def an_answered_what_if_to_export(region: str) -> tuple[Arguments, Posted]:
    return {"key": what_if(region, RunState.DONE).pk}, {"format": "csv"}


def batch(by: Actor) -> Batch:
    """A delivery with a row in quarantine, which is that of the region of whoever received it."""
    with TemporaryDirectory() as folder:
        return delivered(spoilt(Path(folder)), site_rooms(), by)


def a_quarantine(region: str) -> tuple[Arguments, Posted]:
    return {"key": batch(clerk(region, "who-received-it")).pk}, {"form": "csv"}
