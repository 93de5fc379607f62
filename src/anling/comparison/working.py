"""A run at work, in the worker: freeze the roster, compare, load; again after a crash it ends the same way.

Each stage leaves either nothing or its whole result under its final name: the snapshot, the result folder, the loaded
partitions. Whoever takes the job up again goes on from the last whole one.
"""

from __future__ import annotations

import errno
import json
import logging
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.db.models import F

from anling.audit.kinds import Kind
from anling.audit.operations import Subject, record
from anling.audit.scope import within
from anling.audit.values import Scope, machine
from anling.audit.wording import in_both, spoken, worded
from anling.comparison.batches import batches_for, check_gathered, gather, link
from anling.comparison.errors import CancelledError
from anling.comparison.loading import Loaded, load_run
from anling.comparison.models import Run, State
from anling.comparison.output import MARK
from anling.comparison.run import compare
from anling.comparison.snapshot import NAME, Snapshot, freeze_roster, frozen_roster
from anling.comparison.watching import Watch, watching
from anling.engines.errors import EngineError, OutOfMemoryError
from anling.feeds.intake import InputError
from anling.policy import Policy, PolicyError, load

Now = Callable[[], datetime]

MEMORY = "2GB"
"""What the engine may use; the worker's own memory comes on top."""
_CAUSES = {
    errno.ENOSPC: worded("no space left on the disk"),
    errno.EDQUOT: worded("the account may not use more of the disk"),
    errno.EACCES: worded("not permitted"),
    errno.EPERM: worded("not permitted"),
    errno.EROFS: worded("the disk is read-only"),
    errno.ENOENT: worded("the file is not there"),
    errno.EIO: worded("the disk does not answer as it should"),
}
"""What keeps a file from being read or written; a rarer cause is told as the operating system says it."""
_BY = machine("comparison")
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Place:
    """Where a run keeps its files: <home>/runs/<folder>/ with snapshot/, feeds/ and result/."""

    root: Path

    @property
    def snapshot(self) -> Path:
        """Folder of the frozen roster."""
        return self.root / "snapshot"

    @property
    def feeds(self) -> Path:
        """Folder in which the run's deliveries are named."""
        return self.root / "feeds"

    @property
    def result(self) -> Path:
        """Result folder of the file run (contracts.md)."""
        return self.root / "result"


def place_of(run: Run) -> Place:
    """Where a run's files lie, whether or not they are there."""
    return Place(settings.HOME / "runs" / run.folder)


def execute(*, run: int, region: str, now: Now) -> bool:
    """Bring a run to its end: done, failed with one sentence, or cancelled. A run that has ended stays as it is.

    False, and nothing is done, where another process has the run in its hands.
    """
    with watching(run, region) as watch:
        if not watch.mine():
            return False
        taken = _take(run, region, now)
        if taken is None:
            return True
        try:
            watch.ask()
            _work(taken, watch, now)
        except CancelledError:
            _end(taken, State.CANCELLED, "", now)
        except (InputError, PolicyError, EngineError, OSError) as error:
            _end(taken, State.FAILED, why(error), now)
        return True


def why(error: Exception) -> str:
    """What stays with a run that failed, in both languages; what intake says is kept so already."""
    if isinstance(error, PolicyError):
        return in_both(
            worded(
                "The policy cannot be used; have the system administrator correct it: %(cause)s",
                cause=policy_words(error),
            )
        )
    if isinstance(error, OutOfMemoryError):
        return in_both(worded("The memory that a run may use does not suffice; free disk space, or compare one city."))
    if isinstance(error, EngineError):
        _log.error("the engine failed: %s", type(error).__name__)
        return in_both(
            worded(
                "The engine failed (%(cause)s); tell the system administrator, then run it again.",
                cause=spoken(error.args[0]),
            )
        )
    if isinstance(error, OSError):
        cause = _CAUSES.get(error.errno or 0, error.strerror or type(error).__name__)
        return in_both(
            worded("A file cannot be read or written (%(cause)s); free space or check permissions, then run it again.",
                 cause=cause)
        )  # fmt: skip
    return str(error)


def policy_words(error: PolicyError) -> str:
    """The sentence of the policy's loader in the language of whoever reads it."""
    return worded(
        "%(place)s: %(problem)s; %(remedy)s.",
        place=error.place, problem=spoken(error.problem), remedy=spoken(error.remedy),
    )  # fmt: skip


def _take(run: int, region: str, now: Now) -> Run | None:
    with within(Scope(region)):
        found = Run.objects.select_related("replay_of").select_for_update(of=("self",)).filter(pk=run).first()
        if found is None or found.final:
            return None
        found.state, found.started_at = State.RUNNING, found.started_at or now()
        found.save(update_fields=["state", "started_at"])
        return found


def _work(run: Run, watch: Watch, now: Now) -> None:
    place, policy = place_of(run), load()
    snapshot = _frozen(run, place, watch, now)
    if not (place.result / MARK).is_file():
        if not run.replay_of_id:
            gather(batches_for(run), place.feeds)
        check_gathered(place.feeds)
        _compare(run, place, snapshot, policy, watch)
    watch.ask()
    _store(run, place, snapshot, policy, watch, now)


def _frozen(run: Run, place: Place, watch: Watch, now: Now) -> Snapshot:
    """The roster of the run: frozen now, or by an earlier attempt, or by the run that this one repeats."""
    if run.replay_of:
        _borrow(place_of(run.replay_of), place)
    if (place.snapshot / NAME).is_file():
        frozen = frozen_roster(place.snapshot)
        if run.snapshot_hash in ("", frozen.sha256):
            return _noted(run, frozen, now())
        raise InputError(in_both(worded("The frozen roster of this run was changed since; start a new run.")))
    watch.progress("snapshot", 0, 0)
    at = now()  # before the first row is read: what is written while they stream is not in the file
    with within(Scope(run.region)):
        frozen = freeze_roster(place.snapshot, run.region, run.as_of, known_at=run.known_at)
    return _noted(run, frozen, at)


def _noted(run: Run, frozen: Snapshot, at: datetime) -> Snapshot:
    if not run.snapshot_hash:
        run.snapshot_hash, run.snapshot_rows, run.snapshot_at = frozen.sha256, frozen.rows, at
        with within(Scope(run.region)):
            run.save(update_fields=["snapshot_hash", "snapshot_rows", "snapshot_at"])
    if not frozen.rows:
        raise InputError(in_both(worded("There is no benefit on the roster of this region; import the roster first.")))
    return frozen


def _borrow(source: Place, place: Place) -> None:
    """Take the frozen roster and the named deliveries of another run, by links."""
    for theirs, ours in ((source.snapshot, place.snapshot), (source.feeds, place.feeds)):
        if not ours.exists():
            if not theirs.is_dir():
                raise InputError(
                    in_both(worded("The files of the run that is to be repeated are gone; start a new run."))
                )
            ours.parent.mkdir(parents=True, exist_ok=True)
            link(theirs, ours)


def _compare(run: Run, place: Place, snapshot: Snapshot, policy: Policy, watch: Watch) -> None:
    compare(
        roster=snapshot.file,
        feeds=place.feeds,
        as_of=run.as_of,
        out=place.result,
        store=settings.HOME / "store",
        policy=policy,
        memory_limit=MEMORY,
        cluster=settings.SPARK_CLUSTER,
        shared=settings.SPARK_STORE,
        progress=watch.progress,
    )


def _store(run: Run, place: Place, snapshot: Snapshot, policy: Policy, watch: Watch, now: Now) -> None:
    """Load and finish in one transaction: whoever reads sees the whole run or nothing of it."""
    with within(Scope(run.region)):
        loaded = load_run(
            run.pk, place.result, snapshot.file, policy,
            memory_limit=MEMORY, temp=settings.HOME / "store" / "spill", progress=watch.progress,
        )  # fmt: skip
        watch.ask()
        _finish(run, json.loads((place.result / MARK).read_text(encoding="utf-8")), loaded, now())


def _finish(run: Run, report: dict[str, object], loaded: Loaded, at: datetime) -> None:
    Run.objects.filter(pk=run.pk).update(
        state=State.DONE, finished_at=at, report=report, content_hash=loaded.content_hash,
        policy_version=str(report["policy"]), rules_version=str(report["rules"]),
        label="", done=F("total"),
    )  # fmt: skip
    record(
        Kind.RUN_FINISHED, by=_BY, at=at, on=subject(run), rows=loaded.decisions, content_hash=loaded.content_hash,
        policy_version=str(report["policy"]), after={"as_of": run.as_of.isoformat(), "state": State.DONE.value},
    )  # fmt: skip


def _end(run: Run, state: State, sentence: str, now: Now) -> None:
    """Nothing of a run that failed or was cancelled stays but the run itself and why."""
    with within(Scope(run.region)):
        at = now()
        Run.objects.filter(pk=run.pk).update(state=state, finished_at=at, error=sentence, label="")
        record(Kind.RUN_FINISHED, by=_BY, at=at, on=subject(run), after={"state": state.value}, reason=sentence[:500])
    shutil.rmtree(place_of(run).root, ignore_errors=True)
    _log.info("run %s ended: %s", run.pk, state.value)


def subject(run: Run) -> Subject:
    """The run as an entry of the trail names it."""
    return Subject("run", str(run.pk), run.region)
