"""The acts of the rooms that hold data: feeds, comparison, roster. See acts.py."""

import atexit
from datetime import date
from pathlib import Path
from shutil import rmtree
from tempfile import mkdtemp

from django.conf import settings

from anling.audit.scope import within
from anling.audit.values import Actor, Scope
from anling.comparison import operations as comparisons
from anling.comparison.models import State as RunState
from anling.comparison.queries import Wanted
from anling.comparison.what_if import asking, removing
from anling.comparison.what_if.asking import Question
from anling.feeds import operations as feeds
from anling.feeds import receiving, set_aside
from anling.feeds.models import Batch
from anling.feeds.operations import Arrival, Outcome
from anling.feeds.roster_import import apply_file, check_file
from anling.passes import operations as passes
from anling.passes.models import Way
from anling.passes.operations import record_pass
from anling.passes.recording import Origin
from anling.roster import correcting, languages, merging
from anling.roster import operations as roster
from anling.roster.models import Benefit, RosterImport
from anling.rules.months import Month
from tests.apps.deliveries import delivery, good, rooms, site_rooms
from tests.support import holdings
from tests.support.acts_kept import Act, act
from tests.support.client import NUMBER, person
from tests.support.platform import DAY, NOW, clerk
from tests.support.rosters import check, row, write

PROVINCE = Scope("44")


def _folder() -> Path:
    """A folder of its own, gone at the end of the tests."""
    path = Path(mkdtemp(prefix="anling-acts-"))
    atexit.register(rmtree, path, ignore_errors=True)
    return path


def _arrival() -> Arrival:
    return Arrival("june.csv", "command", feed="insurance_inpatient", batch="b1", sha256="0" * 64, delivered_at=NOW)


def _received(by: Actor) -> Batch:
    return feeds.receive(arrival=_arrival(), by=by, at=NOW)


@act("feeds.receive")
def _receive() -> Act:
    by = clerk()
    return lambda: feeds.receive(arrival=_arrival(), by=by, at=NOW)


@act("feeds.accept")
def _accept() -> Act:
    by = clerk()
    batch, outcome = _received(by), Outcome(4, 0, {"2024-06": 4}, "key")
    return lambda: feeds.accept(batch=batch, outcome=outcome, by=by, at=NOW)


@act("feeds.refuse")
def _refuse() -> Act:
    by = clerk()
    return lambda: feeds.refuse(arrival=_arrival(), sentence="It is empty.", by=by, at=NOW)


@act("feeds.refuse_checked")
def _refuse_checked() -> Act:
    by = clerk()
    batch = _received(by)
    return lambda: feeds.refuse_checked(batch=batch, sentence="It is empty.", by=by, at=NOW)


@act("feeds.note_export")
def _note_export_of_quarantine() -> Act:
    by = clerk()
    batch = _received(by)
    return lambda: feeds.note_export(batch=batch, rows=1, content_hash="0" * 64, by=by, at=NOW)


@act("comparison.receive")
def _receive_file() -> Act:
    by, folder = clerk(), _folder()
    came = delivery(good(folder))
    return lambda: receiving.receive(delivery=came, rooms=rooms(folder), by=by, at=NOW)


@act("feeds.take_in")
def _take_in() -> Act:
    by, folder = clerk(), _folder()
    place = rooms(folder)
    batch = receiving.receive(delivery=delivery(good(folder)), rooms=place, by=by, at=NOW)
    batch = feeds.check(batch=batch, by=by)  # a step that holds by itself: killed after it, the rows are read again
    return lambda: receiving.take_in(batch=batch, rooms=place, by=by, at=NOW)


@act("feeds.deliver")
def _deliver() -> Act:
    by, folder = clerk(), _folder()
    came = delivery(good(folder))
    return lambda: receiving.deliver(delivery=came, rooms=rooms(folder), by=by, at=NOW)


@act("feeds.export")
def _export_quarantine() -> Act:
    by = clerk()
    batch, place = holdings.batch(by), site_rooms()

    def export() -> None:
        set_aside.export(batch=batch, form="csv", rooms=place, by=by, at=NOW).file.close()

    return export


@act("comparison.start")
def _start() -> Act:
    by = clerk()
    return lambda: comparisons.start(region="44", as_of=date(2026, 6, 30), reason="", by=by, at=NOW)


@act("comparison.replay")
def _replay() -> Act:
    by, run = clerk(), holdings.run("44", RunState.DONE)
    return lambda: comparisons.replay(run=run, reason="again", by=by, at=NOW)


@act("comparison.cancel")
def _cancel() -> Act:
    by, run = clerk(), holdings.run("44")
    return lambda: comparisons.cancel(run=run, by=by, at=NOW)


@act("comparison.export")
def _export_list() -> Act:
    by, run = clerk(), holdings.run("44", RunState.DONE)

    def export() -> None:
        with within(PROVINCE):
            written = comparisons.export(wanted=Wanted(run.pk), file_format="csv", total=0, by=by, at=NOW)
            written.file.close()

    return export


@act("comparison.ask_what_if")
def _ask_what_if() -> Act:
    by, values = clerk(), {"clock.employee.cycle_months": "6"}
    return lambda: asking.ask_what_if(question=Question("44", None, True), values=values, reason="", by=by, at=NOW)


@act("comparison.cancel_what_if")
def _cancel_what_if() -> Act:
    by, made = clerk(), holdings.what_if("44")
    return lambda: asking.cancel_what_if(what_if=made, by=by, at=NOW)


@act("comparison.delete_what_if")
def _delete_what_if() -> Act:
    by = clerk()
    made = holdings.what_if("44", RunState.DONE, asked_by=by.key)
    return lambda: removing.delete_what_if(what_if=made, by=by, at=NOW)


@act("comparison.note_what_if_taken")
def _note_what_if_taken() -> Act:
    by, made = clerk(), holdings.what_if("44", RunState.DONE)

    def note() -> None:
        with within(PROVINCE):
            asking.note_what_if_taken(what_if=made, filters={}, rows=1, content_hash="0" * 64, by=by, at=NOW)

    return note


def _checked(by: Actor) -> tuple[RosterImport, Path]:
    file = write(_folder() / "roster.csv", row(1))
    return check(file, by), file


@act("feeds.check_file")
def _check_file() -> Act:
    """Checked once before, so that the count of rows that were read, which holds by itself, is there already."""
    by = clerk()
    found, file = _checked(by)
    return lambda: check_file(key=found.pk, path=file, home=settings.HOME, by=by, at=NOW)


@act("roster.check")
def _check() -> Act:
    by = clerk()
    found, _ = _checked(by)
    rows = roster.Normalised(Path(found.batch), found.sha256, 0)
    lists = _folder()
    return lambda: roster.check(key=found.pk, rows=rows, lists=lists, by=by, at=NOW)


@act("roster.apply")
def _apply() -> Act:
    by = clerk()
    found, _ = _checked(by)
    return lambda: roster.apply(key=found.pk, by=by, at=NOW, reason="as agreed")


@act("feeds.apply_file")
def _apply_file() -> Act:
    by = clerk()
    found, _ = _checked(by)
    return lambda: apply_file(key=found.pk, by=by, at=NOW, reason="as agreed")


@act("roster.discard")
def _discard() -> Act:
    by, found = clerk(), holdings.roster_import("44")
    return lambda: roster.discard(key=found.pk, by=by, at=NOW, reason="the wrong file")


@act("roster.settle")
def _settle() -> Act:
    by, key = clerk(), holdings.finding("440104")

    def settle() -> None:
        with within(PROVINCE):
            roster.settle(finding=key, by=by, at=NOW, note="moved to U2")

    return settle


@act("roster.merge_people")
def _merge_people() -> Act:
    by, (keep, other) = clerk(), holdings.two_people("440104")

    def merge() -> None:
        with within(PROVINCE):
            merging.merge_people(keep=keep, other=other, reason="one card", by=by, at=NOW)

    return merge


@act("roster.undo_merge")
def _undo_merge() -> Act:
    by = clerk()
    made = holdings.merged("440104", by)

    def undo() -> None:
        with within(PROVINCE):
            merging.undo_merge(merge=made, reason="twins", by=by, at=NOW)

    return undo


@act("roster.choose_language")
def _choose_language() -> Act:
    by, key = clerk(), person(NUMBER, "440104")

    def choose() -> None:
        with within(PROVINCE):
            languages.choose_language(person=key, language="en", by=by, at=NOW)

    return choose


@act("roster.correct_person")
def _correct_person() -> Act:
    by, (key, _) = clerk(), holdings.two_people("440104")
    said = correcting.Identity("某乙", "08", "E12345678", 1, date(1950, 1, 1))

    def correct() -> None:
        with within(PROVINCE):
            correcting.correct_person(person=key, said=said, reason="passport seen", by=by, at=NOW)

    return correct


@act("roster.correct_benefit")
def _correct_benefit() -> Act:
    by, (person, _) = clerk(), holdings.two_people("440104")
    with within(PROVINCE):
        key = Benefit.objects.get(person_id=person).pk

    def correct() -> None:
        with within(PROVINCE):
            correcting.correct_benefit(benefit=key, said={"unit": "U9"}, reason="moved", by=by, at=NOW)

    return correct


def _pass(key: int, by: Actor) -> int:
    with within(PROVINCE):
        return record_pass(
            benefits=list(Benefit.objects.filter(person=key)), month=Month.of_date(DAY), shown_at=NOW,
            origin=Origin(Way.OUTLET, "test:1"), by=by, at=NOW,
        )  # fmt: skip


@act("passes.record_pass")
def _record_pass() -> Act:
    by, key = clerk(), person(NUMBER, "440104")
    return lambda: _pass(key, by)


@act("passes.revoke_pass")
def _revoke_pass() -> Act:
    by = clerk()
    made = _pass(person(NUMBER, "440104"), by)

    def revoke() -> object:
        with within(PROVINCE):
            return passes.revoke_pass(made=made, reason="the wrong card", by=by, at=NOW)

    return revoke


@act("passes.adopt_imported")
def _adopt_imported() -> Act:
    by = clerk()
    person(NUMBER, "440104", last_pass_month=DAY)

    def adopt() -> object:
        with within(PROVINCE):
            return passes.adopt_imported(source="test:1", by=by, at=NOW)

    return adopt


@act("comparison.note_figures_taken")
def _note_figures_taken() -> Act:
    by = clerk()
    run = holdings.run("440104", RunState.DONE)

    def note() -> None:
        with within(PROVINCE):
            comparisons.note_figures_taken(run=run, rows=1, content_hash="0" * 64, by=by, at=NOW)

    return note
