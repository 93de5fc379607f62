"""The acts of a pay run, from its draft to the answer of the pay system. See acts.py."""

from collections.abc import Callable
from io import BytesIO

from anling.audit.scope import within
from anling.payment.effects.whose import reopen_pay_status, settle_pay_status, settle_pay_statuses
from anling.payment.models import Mismatch, PayLine, PayRun
from anling.payment.runs import acknowledging, baseless, exporting, proposing, running
from anling.roster.models import Side
from tests.support import holdings
from tests.support.acts_kept import Act, act
from tests.support.client import NUMBER, person
from tests.support.pay import HERE, REGION, STOP, PayOffice, on
from tests.support.platform import NOW, clerk


def _warned() -> PayOffice:
    office = PayOffice()
    office.warned(office.benefit())
    return office


def _drafted() -> tuple[PayOffice, PayRun]:
    office = _warned()
    return office, office.drafted()


def _signed() -> tuple[PayOffice, PayRun]:
    office, run = _drafted()
    with within(HERE):
        return office, running.sign(run=run.pk, version=run.version, by=office.clerk, at=on(7))


def _approved() -> tuple[PayOffice, PayRun]:
    office, run = _signed()
    with within(HERE):
        return office, running.approve(run=run.pk, version=run.version, by=office.reviewer, at=on(7))


def _handed_over() -> tuple[PayOffice, PayRun]:
    office = _warned()
    return office, office.handed_over()


def _here(perform: Callable[[], object]) -> Act:
    def within_here() -> None:
        with within(HERE):
            perform()

    return within_here


def _lines(run: PayRun) -> list[int]:
    with within(HERE):
        return list(PayLine.objects.filter(run=run).values_list("pk", flat=True))


def _answer(run: PayRun) -> bytes:
    with within(HERE):
        rows = PayLine.objects.filter(run=run, state="approved").values_list("benefit__benefit_no", "action")
        return "".join(["benefit_no,action,result\n", *(f"{number},{what},done\n" for number, what in rows)]).encode()


@act("payment.ask")
def _ask() -> Act:
    office = _warned()
    return lambda: proposing.ask(region=REGION, month=STOP, by=office.clerk, at=on(6))


@act("payment.propose")
def _propose() -> Act:
    office = _warned()
    return lambda: proposing.propose(region=REGION, month=STOP, by=office.clerk, at=on(6))


@act("payment.draft_asked")
def _draft_asked() -> Act:
    office = _warned()
    run = proposing.ask(region=REGION, month=STOP, by=office.clerk, at=on(6))
    return lambda: proposing.draft_asked(run=run.pk, region=REGION, month=STOP, by=office.clerk, at=on(6))


@act("casework.open_without_base")
def _open_without_base() -> Act:
    office = PayOffice()
    person(NUMBER, REGION)
    run = office.drafted()
    return lambda: baseless.open_cases(run=run.pk, region=REGION, at=on(6))


@act("payment.sign")
def _sign() -> Act:
    office, run = _drafted()
    return _here(lambda: running.sign(run=run.pk, version=run.version, by=office.clerk, at=on(7)))


@act("payment.approve")
def _approve() -> Act:
    office, run = _signed()
    return _here(lambda: running.approve(run=run.pk, version=run.version, by=office.reviewer, at=on(7)))


@act("payment.return_")
def _return() -> Act:
    office, run = _signed()
    return _here(lambda: running.return_(run=run.pk, version=run.version, reason="late", by=office.reviewer, at=on(7)))


@act("payment.stop")
def _stop() -> Act:
    office, run = _approved()
    return _here(lambda: running.stop(run=run.pk, version=run.version, reason="error", by=office.reviewer, at=on(7)))


@act("payment.drop_lines")
def _drop() -> Act:
    office, run = _drafted()
    lines = _lines(run)
    return _here(
        lambda: running.drop_lines(
            run=run.pk, version=run.version, lines=lines, reason="seen", by=office.clerk, at=on(7)
        )
    )


@act("payment.put_lines")
def _put() -> Act:
    office, run = _drafted()
    lines = _lines(run)
    with within(HERE):
        run = running.drop_lines(
            run=run.pk, version=run.version, lines=lines, reason="seen", by=office.clerk, at=on(7)
        )  # fmt: skip
    return _here(
        lambda: running.put_lines(
            run=run.pk, version=run.version, lines=lines, reason="not so", by=office.clerk, at=on(7)
        )
    )


@act("payment.note_lines_taken")
def _note_lines_taken() -> Act:
    office, run = _drafted()
    return _here(
        lambda: running.note_lines_taken(run=run, filters={}, rows=1, content_hash="0" * 64, by=office.clerk, at=on(7))
    )


@act("payment.export")
def _export() -> Act:
    office, run = _approved()
    return _here(lambda: exporting.export(run=run.pk, version=run.version, by=office.clerk, at=on(7)))


@act("payment.note_taken")
def _note_taken() -> Act:
    office, run = _handed_over()
    return _here(lambda: exporting.note_taken(run=run, kind="csv", by=office.clerk, at=on(8)))


@act("payment.acknowledge")
def _acknowledge() -> Act:
    office, run = _handed_over()
    content = _answer(run)
    return _here(
        lambda: acknowledging.acknowledge(
            run=run.pk, version=run.version, file_name="a.csv", file=BytesIO(content), by=office.clerk, at=on(9)
        )
    )


@act("payment.close")
def _close() -> Act:
    office, run = _handed_over()
    content = _answer(run)
    with within(HERE):
        run = acknowledging.acknowledge(
            run=run.pk, version=run.version, file_name="a.csv", file=BytesIO(content), by=office.clerk, at=on(9)
        )  # fmt: skip
    return _here(lambda: acknowledging.close(run=run.pk, version=run.version, by=office.clerk, at=on(10)))


@act("payment.settle")
def _settle() -> Act:
    office = PayOffice()
    with within(HERE):
        key = Mismatch.objects.create(kind="unknown_benefit", region=REGION, at=on(8)).pk
    return _here(lambda: acknowledging.settle(mismatch=key, note="theirs", by=office.clerk, at=on(9)))


@act("payment.settle_pay_status")
def _settle_pay_status() -> Act:
    by, key = clerk(), holdings.pay_status_differs(REGION)

    def settle() -> None:
        with within(HERE):
            settle_pay_status(finding=key, side=Side.THEIRS, reason="a paper", by=by, at=NOW)

    return settle


@act("payment.settle_pay_statuses")
def _settle_pay_statuses() -> Act:
    by, keys = clerk(), [holdings.pay_status_differs(REGION) for _ in range(2)]

    def settle() -> None:
        with within(HERE):
            settle_pay_statuses(findings=keys, side=Side.THEIRS, reason="a paper", by=by, at=NOW)

    return settle


@act("payment.reopen_pay_status")
def _reopen_pay_status() -> Act:
    by = clerk()
    key = holdings.settled_pay_status(REGION, by)

    def reopen() -> None:
        with within(HERE):
            reopen_pay_status(finding=key, reason="another paper", by=by, at=NOW)

    return reopen
