"""A worker killed after its last word, before its job counts as done: taken up again, the job does nothing twice."""

from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connections

from anling.audit.kinds import Kind
from anling.audit.models import Entry
from anling.audit.scope import within
from anling.comparison import tasks as comparison
from anling.comparison import watching
from anling.comparison.models import Run
from anling.feeds.roster_import import check_job, receive_upload
from anling.payment.models import PayRun
from anling.payment.runs.proposing import ask, draft_asked
from anling.payment.runs.running import sign
from anling.roster.models import RosterImport
from tests.support.pay import HERE, REGION, STOP, PayOffice, on
from tests.support.platform import NOW, clerk
from tests.support.province import PROVINCE, Office, asked
from tests.support.rosters import row, write


@pytest.mark.usefixtures("db")
def test_a_file_that_was_checked_is_not_checked_again(tmp_path: Path) -> None:
    by = clerk("44")
    content = write(tmp_path / "roster.csv", row(1), row(2)).read_bytes()
    key = receive_upload(file_name="roster.csv", chunks=[content], home=settings.HOME, by=by, at=NOW).pk
    (file,) = (settings.HOME / "imports" / str(key) / "received").iterdir()
    for _ in range(2):
        check_job(key=key, path=str(file), home=str(settings.HOME), officer=by.key)
    with within(PROVINCE):
        assert RosterImport.objects.get(pk=key).state == "checked"
    assert Entry.objects.filter(kind=Kind.ROSTER_CHECKED).count() == 1


@pytest.mark.usefixtures("db")
def test_a_draft_that_was_signed_stays_as_it_was_signed() -> None:
    office = PayOffice()
    office.warned(office.benefit())
    run = ask(region=REGION, month=STOP, by=office.clerk, at=on(6)).pk
    draft_asked(run=run, region=REGION, month=STOP, by=office.clerk, at=on(6))
    with within(HERE):
        signed = sign(run=run, version=PayRun.objects.get(pk=run).version, by=office.clerk, at=on(6))
    draft_asked(run=run, region=REGION, month=STOP, by=office.clerk, at=on(6) + timedelta(minutes=1))
    with within(HERE):
        kept = PayRun.objects.get(pk=run)
    assert (kept.state, kept.version, kept.counts) == ("signed", signed.version, signed.counts)
    assert Entry.objects.filter(kind=Kind.PAYRUN_PROPOSED).count() == 1


def test_a_run_that_somebody_holds_is_tried_again_and_not_given_up(office: Office) -> None:
    run = asked(office)
    other = connections.create_connection("default")
    try:
        assert watching.Watch(other, run.pk).mine()
        with pytest.raises(comparison.HeldElsewhereError):
            comparison.run(run=run.pk, region="44", by=office.clerk.key)
    finally:
        other.close()
    comparison.run(run=run.pk, region="44", by=office.clerk.key)
    with within(PROVINCE):
        assert Run.objects.get(pk=run.pk).state == "done"
