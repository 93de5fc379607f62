"""The acts of the room of notices. See acts.py."""

from collections.abc import Callable
from datetime import date

from anling.audit.scope import within
from anling.audit.values import Scope
from anling.notices import consenting, letters, operations, overtaking, results, warnings
from anling.notices.models import Channel, Kind, Notice
from anling.passes.models import Way
from anling.passes.operations import record_pass
from anling.passes.recording import Origin
from anling.rules.months import Month
from tests.support import notices_held
from tests.support.acts_kept import Act, act
from tests.support.gateways import FakeDesk
from tests.support.platform import NOW, clerk

HERE = Scope("4401")
ONE = "she came to the counter"


def _here(perform: Callable[[], object]) -> Act:
    def performed() -> None:
        with within(HERE):
            perform()

    return performed


def _letter() -> Notice:
    key = notices_held.batch("4401")
    with within(HERE):
        return Notice.objects.get(letters=key)


@act("notices.queue")
def _queue() -> Act:
    by, benefit = clerk("4401"), notices_held.benefit()
    values = {"until": "2027-07"}
    return _here(
        lambda: operations.queue(
            benefit=benefit, kind=Kind.RESULT, about="pass:1", stop_month=None, values=values, by=by, at=NOW
        )
    )


@act("notices.cancel")
def _cancel() -> Act:
    by, notice = clerk("4401"), notices_held.notice(notices_held.benefit())
    return _here(lambda: operations.cancel(notice=notice.pk, reason=ONE, by=by, at=NOW))


@act("notices.withdraw")
def _withdraw() -> Act:
    by, notice = clerk("4401"), notices_held.notice(notices_held.benefit())
    return _here(lambda: overtaking.withdraw(notice, overtaking.NO_LONGER_DUE, by=by, at=NOW))


@act("notices.mark_wrong")
def _mark_wrong() -> Act:
    by, notice = clerk("4401"), notices_held.notice(notices_held.benefit())
    return _here(
        lambda: operations.mark_wrong(benefit=notice.benefit_id, channel=Channel.SMS, reason=ONE, by=by, at=NOW)
    )


@act("notices.mark_wrong_of")
def _mark_wrong_of() -> Act:
    by, notice = clerk("4401"), notices_held.notice(notices_held.benefit())
    return _here(lambda: operations.mark_wrong_of(notice=notice.pk, reason=ONE, by=by, at=NOW))


@act("notices.subscribe")
def _subscribe() -> Act:
    by, benefit = clerk("4401"), notices_held.benefit()
    return _here(
        lambda: operations.subscribe(
            benefit=benefit.pk, open_id="oX1", consent="counter", allowed=[Kind.WARNING], by=by, at=NOW
        )
    )


@act("notices.invite")
def _invite() -> Act:
    by, benefit = clerk("4401"), notices_held.benefit()
    return _here(lambda: consenting.invite(benefit=benefit.pk, by=by, at=NOW))


@act("notices.agreed")
def _agreed() -> Act:
    token, desk = notices_held.invited(), FakeDesk(kinds=("warning",))
    return lambda: consenting.agreed(token=token, code=desk.agree("warning"), desk=desk, at=NOW)


@act("notices.withdrawn")
def _withdrawn() -> Act:
    token, desk = notices_held.invited(), FakeDesk(kinds=("warning",))
    consenting.agreed(token=token, code=desk.agree("warning"), desk=desk, at=NOW)
    return lambda: consenting.withdrawn(token=token, at=NOW)


@act("notices.unsubscribe")
def _unsubscribe() -> Act:
    by, benefit = clerk("4401"), notices_held.benefit()
    _here(
        lambda: operations.subscribe(
            benefit=benefit.pk, open_id="oX1", consent="counter", allowed=[Kind.WARNING], by=by, at=NOW
        )
    )()
    return _here(lambda: operations.unsubscribe(benefit=benefit.pk, reason="asked for it", by=by, at=NOW))


@act("notices.tell_results")
def _tell_results() -> Act:
    by, benefit = clerk("4401"), notices_held.benefit()
    with within(HERE):
        origin = Origin(Way.OUTLET, "counter:1")
        record_pass(benefits=[benefit], month=Month.of(2026, 7), shown_at=NOW, origin=origin, by=by, at=NOW)
    return lambda: results.tell_results(region="4401", by=by, at=NOW)


@act("notices.warn")
def _warn() -> Act:
    by = clerk("4401")
    notices_held.benefit(approval_month=date(2025, 7, 1))
    return lambda: warnings.warn(region="4401", today=date(2026, 7, 2), by=by, at=NOW)


@act("notices.take_letters")
def _take_letters() -> Act:
    by = clerk("4401")
    notices_held.notice(notices_held.benefit(phone=""))
    return _here(lambda: letters.take_letters(by=by, at=NOW))


@act("notices.letters_of")
def _letters_of() -> Act:
    by, batch = clerk("4401"), notices_held.batch("4401")
    return _here(lambda: letters.letters_of(batch=batch, by=by, at=NOW))


@act("notices.answer_letters")
def _answer_letters() -> Act:
    by, letter = clerk("4401"), _letter()
    return _here(lambda: letters.answer_letters(notices=[letter.pk], arrived=False, reason="came back", by=by, at=NOW))
