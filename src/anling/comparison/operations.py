"""Asking for a run, stopping it, repeating it: each in one transaction with its entry in the trail."""

from __future__ import annotations

from contextlib import ExitStack, suppress
from dataclasses import asdict
from datetime import date, datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from procrastinate.contrib.django import app
from procrastinate.exceptions import AlreadyEnqueued

from anling.access.permissions import require
from anling.access.roles import Act
from anling.audit.kinds import Kind
from anling.audit.operations import Subject, record
from anling.audit.scope import current, within
from anling.audit.values import Actor, Scope
from anling.audit.wording import worded
from anling.comparison.errors import MomentError, RunError
from anling.comparison.exporting import Exported, write_csv, write_xlsx
from anling.comparison.models import Run, State
from anling.comparison.queries import Wanted
from anling.comparison.working import subject
from anling.roster import history

RUN_TASK = "comparison.run"
MOVES_TASK = "comparison.moves"
MOST_IN_A_WORKBOOK = 200_000
"""Rows of XLSX that are written while somebody waits for them."""
_MINUTE = timedelta(minutes=1)


def start(
    *, region: str, as_of: date, reason: str, by: Actor, at: datetime, feeds: str = "",
    known_at: datetime | None = None,
) -> Run:  # fmt: skip
    """Ask for a comparison of a region's roster as of a day; the worker takes it up.

    feeds: folder of deliveries where it is not the installation's own. known_at: roster, passes and deliveries as they
    were known at that moment, before what was imported, corrected, merged or delivered since; None: as they are known
    when the worker takes it up. Raises NotAllowedError; RunError for a day or a moment that is still to come, and for
    one of which nothing is known.
    """
    require(by, Act.RUN_COMPARISON, region)
    if as_of > timezone.localdate(at):
        raise RunError(worded("%(day)s is still to come; name today or an earlier day.", day=as_of))
    if known_at:
        _check_moment(known_at, region, as_of, at)
    return _ask(Run(region=region, as_of=as_of, reason=reason, feeds=feeds, known_at=known_at), by, at)


def _check_moment(moment: datetime, region: str, as_of: date, at: datetime) -> None:
    said = _to_the_minute(moment)
    if moment > at:
        raise MomentError(
            worded("%(moment)s is still to come; name an earlier moment, or leave it empty.", moment=said)
        )
    if timezone.localdate(moment) < as_of:
        raise MomentError(
            worded(
                "At %(moment)s the day %(day)s was still to come; name a later moment, or an earlier day.",
                moment=said, day=as_of,
            )
        )  # fmt: skip
    with within(Scope(region)):
        if moment < (since := history.kept_since()):
            raise MomentError(
                worded(
                    "How the roster stood at %(moment)s was not kept: that begins at %(since)s; name a later moment, or"
                    " leave it empty.",
                    moment=said, since=_to_the_minute(since + _MINUTE),
                )
            )  # fmt: skip
        if not history.known(region, moment):
            raise MomentError(
                worded(
                    "Nothing of the roster was known at %(moment)s; name a later moment, or leave it empty.",
                    moment=said,
                )
            )


def _to_the_minute(moment: datetime) -> str:
    """As the form takes it."""
    return f"{timezone.localtime(moment):%Y-%m-%d %H:%M}"


def replay(*, run: Run, reason: str, by: Actor, at: datetime) -> Run:
    """Ask for the same run once more: same frozen roster, same deliveries, same day, under the policy of today's files.

    Whether it comes to the same is told by the two content hashes. Raises NotAllowedError; RunError unless it is done.
    """
    require(by, Act.RUN_COMPARISON, run.region)
    if run.state != State.DONE:
        raise RunError(worded("Only a finished run can be repeated; wait for it, or start a new one."))
    original = run.replay_of or run
    again = Run(
        region=run.region, as_of=run.as_of, reason=reason, feeds=run.feeds, replay_of=original, known_at=run.known_at
    )
    return _ask(again, by, at)


def ask_moves(*, first: Run, second: Run) -> None:
    """Have the worker lay two finished runs beside each other, for the scope of the running transaction; once."""
    scope = str(current())
    task = app.configure_task(
        MOVES_TASK, queue="comparison", queueing_lock=f"{MOVES_TASK}:{first.pk}:{second.pk}:{scope}"
    )
    with suppress(AlreadyEnqueued), transaction.atomic():
        task.defer(first=first.pk, second=second.pk, region=scope)


def cancel(*, run: Run, by: Actor, at: datetime) -> Run:
    """Stop a run: one that waits at once, one at work within seconds.

    Raises NotAllowedError, and RunError where it has ended.
    """
    require(by, Act.RUN_COMPARISON, run.region)
    with within(Scope(run.region)):
        locked = Run.objects.select_for_update().get(pk=run.pk)
        if locked.final:
            raise RunError(worded("The run has already ended; there is nothing to cancel."))
        before = locked.state
        locked.cancel_asked = True
        if locked.state == State.QUEUED:
            locked.state, locked.finished_at = State.CANCELLED, at
        locked.save(update_fields=["cancel_asked", "state", "finished_at"])
        record(Kind.RUN_CANCELLED, by=by, at=at, on=subject(locked), before={"state": before})
        return locked


def _ask(run: Run, by: Actor, at: datetime) -> Run:
    run.asked_by, run.asked_by_label, run.asked_at = by.key, by.label, at
    with within(Scope(run.region)):
        run.save()
        after = {"as_of": run.as_of.isoformat(), "replay_of": run.replay_of_id}
        if run.known_at:
            after["known_at"] = run.known_at.isoformat()
        record(Kind.RUN_STARTED, by=by, at=at, on=subject(run), after=after, reason=run.reason)
        # the job is a row of the same database: it is there exactly if the run is
        app.configure_task(RUN_TASK, queue="comparison").defer(run=run.pk, region=run.region, by=by.key)
    return run


def export(*, wanted: Wanted, file_format: str, total: int, by: Actor, at: datetime) -> Exported:
    """A filtered list as CSV or XLSX, and the act of taking it out, in the running transaction.

    total: how many rows there are, as the page says. Raises NotAllowedError; RunError for more rows than a workbook is
    written for while somebody waits.
    """
    require(by, Act.EXPORT_LISTS, wanted.prefix)
    if file_format == "xlsx" and total > MOST_IN_A_WORKBOOK:
        raise RunError(
            worded("%(rows)s rows are too many for a workbook; narrow the list, or take it as CSV.", rows=f"{total:,}")
        )
    folder = settings.HOME / "exports"
    folder.mkdir(exist_ok=True)
    written = (write_xlsx if file_format == "xlsx" else write_csv)(wanted, folder)
    filters = {name: value for name, value in asdict(wanted).items() if value}
    with ExitStack() as handed_out:
        handed_out.callback(written.file.close)  # which deletes it: what is not recorded is not handed out
        record(
            Kind.LIST_EXPORTED, by=by, at=at, on=Subject("run", str(wanted.run), wanted.prefix),
            after={**filters, "format": file_format}, rows=written.rows, content_hash=written.sha256,
        )  # fmt: skip
        handed_out.pop_all()
    return written


@transaction.atomic
def note_figures_taken(*, run: Run, rows: int, content_hash: str, by: Actor, at: datetime) -> None:
    """Record that the figures of a run were taken out as a file. Raises NotAllowedError."""
    require(by, Act.EXPORT_LISTS, current().prefix)
    record(
        Kind.LIST_EXPORTED, by=by, at=at, on=subject(run), after={"format": "csv", "figures": "regions"}, rows=rows,
        content_hash=content_hash,
    )  # fmt: skip
