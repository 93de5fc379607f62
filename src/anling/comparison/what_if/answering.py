"""A what-if at work, in the worker: compare again under the scratch policy, lay both sides beside each other.

The run's frozen roster and deliveries are read where they lie; what the comparison comes to goes to a folder of its own
that is emptied at the end. No decision, pass or stand is written. Taken up again after a crash it ends the same way.
"""

from __future__ import annotations

import logging
import shutil
from collections.abc import Callable
from datetime import datetime

from django.conf import settings

from anling.audit.kinds import Kind
from anling.audit.operations import record
from anling.audit.scope import within
from anling.audit.values import Scope, machine
from anling.audit.wording import in_both, worded
from anling.comparison.batches import check_gathered
from anling.comparison.errors import CancelledError
from anling.comparison.loading import stage_decisions
from anling.comparison.models import Run, State, WhatIf
from anling.comparison.output import MARK
from anling.comparison.run import compare
from anling.comparison.snapshot import NAME
from anling.comparison.watching import Watch, watching
from anling.comparison.what_if.asking import folder_of, subject
from anling.comparison.what_if.sides import Compared, lay_out
from anling.comparison.working import MEMORY, place_of, why
from anling.engines.errors import EngineError
from anling.feeds.intake import InputError
from anling.policy import Policy, PolicyError, load, load_texts

Now = Callable[[], datetime]

_BY = machine("comparison")
_log = logging.getLogger(__name__)


def answer(*, what_if: int, region: str, now: Now) -> bool:
    """Bring a what-if to its end: done, failed with one sentence, or cancelled. One that has ended stays as it is.

    False, and nothing is done, where another process has it in its hands.
    """
    with watching(what_if, region, "comparison_whatif") as watch:
        if not watch.mine():
            return False
        found = _take(what_if, region, now)
        if found is None:
            return True
        if not found.final:
            _to_its_end(found, watch, now)
        shutil.rmtree(folder_of(found), ignore_errors=True)  # also of one whose worker was killed after its last word
        return True


def _to_its_end(what_if: WhatIf, watch: Watch, now: Now) -> None:
    try:
        watch.ask()
        _work(what_if, watch, now)
    except CancelledError:
        _end(what_if, State.CANCELLED, "", now)
    except (InputError, PolicyError, EngineError, OSError) as error:
        _end(what_if, State.FAILED, why(error), now)


def _take(key: int, region: str, now: Now) -> WhatIf | None:
    """The what-if, at work unless it has ended; None where it was deleted."""
    with within(Scope(region)):
        found = WhatIf.objects.select_related("run").select_for_update(of=("self",)).filter(pk=key).first()
        if found and not found.final:
            found.state, found.started_at = State.RUNNING, found.started_at or now()
            found.save(update_fields=["state", "started_at"])
        return found


def _work(what_if: WhatIf, watch: Watch, now: Now) -> None:
    force, tried = load(), load_texts(what_if.texts)
    if force.version != what_if.policy_version:
        raise InputError(in_both(worded("The policy in force has changed since this was asked; ask it anew.")))
    if what_if.run:
        _compare(what_if, what_if.run, tried, watch)
    with within(Scope(what_if.region)):
        if what_if.run:
            watch.ask()
            stage_decisions(
                folder_of(what_if) / "result", place_of(what_if.run).snapshot / NAME, tried, memory_limit=MEMORY,
                temp=settings.HOME / "store" / "spill", progress=watch.progress,
            )  # fmt: skip
        watch.ask()
        watch.progress("sides", 0, 0)
        made = lay_out(what_if, force, tried, now())
        watch.ask()
        _finish(what_if, made, now())


def _compare(what_if: WhatIf, run: Run, tried: Policy, watch: Watch) -> None:
    """The file run once more, from the same snapshot and deliveries: a feed that has ended says nothing."""
    place, folder = place_of(run), folder_of(what_if)
    if not (place.snapshot / NAME).is_file() or not place.feeds.is_dir():
        raise InputError(
            in_both(worded("The files of run %(run)s are gone; start a new run and ask of that.", run=run.pk))
        )
    if (folder / "result" / MARK).is_file():
        return
    check_gathered(place.feeds)
    folder.mkdir(parents=True, exist_ok=True)
    compare(
        roster=place.snapshot / NAME, feeds=place.feeds, as_of=run.as_of, out=folder / "result",
        store=settings.HOME / "store", policy=tried, memory_limit=MEMORY, cluster=settings.SPARK_CLUSTER,
        shared=settings.SPARK_STORE, progress=watch.progress,
    )  # fmt: skip


def _finish(what_if: WhatIf, made: Compared, at: datetime) -> None:
    WhatIf.objects.filter(pk=what_if.pk).update(
        state=State.DONE, finished_at=at, content_hash=made.content_hash, label="", error=""
    )  # fmt: skip
    record(
        Kind.WHAT_IF_FINISHED, by=_BY, at=at, on=subject(what_if), rows=made.lines, content_hash=made.content_hash,
        policy_version=what_if.policy_version,
        after={"state": State.DONE.value, "scratch": what_if.scratch_version, "benefits": made.benefits},
    )  # fmt: skip


def _end(what_if: WhatIf, state: State, sentence: str, now: Now) -> None:
    with within(Scope(what_if.region)):
        at = now()
        WhatIf.objects.filter(pk=what_if.pk).update(state=state, finished_at=at, error=sentence, label="")
        record(
            Kind.WHAT_IF_FINISHED, by=_BY, at=at, on=subject(what_if), after={"state": state.value},
            reason=sentence[:500],
        )  # fmt: skip
    _log.info("what-if %s ended: %s", what_if.pk, state.value)
