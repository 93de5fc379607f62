"""Asking what a scratch policy would do, calling that off, taking the people out: each with its entry in the trail."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from django.conf import settings
from django.utils import timezone
from procrastinate.contrib.django import app

from anling.access.permissions import require
from anling.access.roles import Act
from anling.audit.kinds import Kind
from anling.audit.operations import Subject, record
from anling.audit.scope import within
from anling.audit.values import Actor, Scope
from anling.audit.wording import spoken, worded
from anling.comparison.errors import RunError
from anling.comparison.models import Run, State, WhatIf
from anling.comparison.queries.decisions import policy_in_force
from anling.comparison.working import policy_words
from anling.matching.parameters import UnsupportedRuleError, parameters
from anling.matching.steps import version as rules_version
from anling.policy import Policy, PolicyError, load, scratch

WHAT_IF_TASK = "comparison.what_if"


class ScratchError(RunError):
    """A value of the scratch policy cannot be. key: of its setting (policy.scratch), empty where it is of no one."""

    def __init__(self, sentence: str, key: str) -> None:
        super().__init__(sentence)
        self.key = key


@dataclass(frozen=True, slots=True)
class Question:
    """Of whom it is asked and on what it rests. run: a finished one, or none: the clocks of today alone.

    stands: with a run, count the clocks from the passes on record today and not from the roster it had frozen.
    """

    region: str
    run: Run | None
    stands: bool

    def day(self, today: date) -> date:
        """The day whose policy is asked."""
        return self.run.as_of if self.run else today


def ask_what_if(
    *, question: Question, values: Mapping[str, str], reason: str, by: Actor, at: datetime
) -> WhatIf:  # fmt: skip
    """Have the worker find out what other values of the policy would do.

    values: settings by key (policy.scratch); those equal to the policy in force change nothing. Raises NotAllowedError;
    ScratchError for a value that the loader refuses; RunError where nothing is changed or the run cannot be asked.
    """
    require(by, Act.RUN_COMPARISON, question.region)
    policy, on = load(), question.day(timezone.localdate(at))
    if question.run:
        _require_fit(question.run, question.region, policy)
    changes = _changes(policy, question.region, on, values)
    tried, changed = _read(changes, question.region, on)
    what_if = WhatIf(
        region=question.region, run=question.run, stands=question.stands or question.run is None, on=on, reason=reason,
        asked_by=by.key, asked_by_label=by.label, asked_at=at, policy_version=policy.version,
        scratch_version=changed.version, changes=changes, texts=dict(tried.texts),
    )  # fmt: skip
    with within(Scope(question.region)):
        what_if.save()
        record(
            Kind.WHAT_IF_ASKED, by=by, at=at, on=subject(what_if), reason=reason, policy_version=policy.version,
            after={"run": what_if.run_id, "scratch": changed.version, "changes": changes},
        )  # fmt: skip
        app.configure_task(WHAT_IF_TASK, queue="comparison").defer(
            what_if=what_if.pk, region=what_if.region, by=by.key
        )  # fmt: skip
    return what_if


def cancel_what_if(*, what_if: WhatIf, by: Actor, at: datetime) -> WhatIf:
    """Call it off: one that waits at once, one at work within seconds. Raises NotAllowedError; RunError once ended."""
    require(by, Act.RUN_COMPARISON, what_if.region)
    with within(Scope(what_if.region)):
        locked = WhatIf.objects.select_for_update().get(pk=what_if.pk)
        if locked.final:
            raise RunError(worded("The what-if has already ended; there is nothing to cancel."))
        before = locked.state
        locked.cancel_asked = True
        if locked.state == State.QUEUED:
            locked.state, locked.finished_at = State.CANCELLED, at
        locked.save(update_fields=["cancel_asked", "state", "finished_at"])
        record(Kind.WHAT_IF_CANCELLED, by=by, at=at, on=subject(locked), before={"state": before})
        return locked


def note_what_if_taken(
    *, what_if: WhatIf, filters: Mapping[str, str], rows: int, content_hash: str, by: Actor, at: datetime
) -> None:
    """Record in the running transaction that people of a what-if were taken out as a file. Raises NotAllowedError."""
    require(by, Act.EXPORT_LISTS, what_if.region)
    record(
        Kind.WHAT_IF_EXPORTED, by=by, at=at, on=subject(what_if), after=dict(filters), rows=rows,
        content_hash=content_hash,
    )  # fmt: skip


def subject(what_if: WhatIf) -> Subject:
    """The what-if as an entry of the trail names it."""
    return Subject("what_if", str(what_if.pk), what_if.region)


def folder_of(what_if: WhatIf) -> Path:
    """Where its files lie while it is at work."""
    return settings.HOME / "what-ifs" / what_if.folder


def settings_of(question: Question, today: date) -> tuple[scratch.Setting, ...]:
    """The values in force that may be exchanged, as of the day that the question is about; raises PolicyError."""
    return scratch.settings(policy_in_force(), question.region, question.day(today))


def _require_fit(run: Run, region: str, policy: Policy) -> None:
    if run.state != State.DONE or not region.startswith(run.region):
        raise RunError(
            worded(
                "Run %(run)s is not a finished run over all of region %(region)s; choose another.",
                run=run.pk, region=region,
            )
        )  # fmt: skip
    if (run.policy_version, run.rules_version) != (policy.version, rules_version()):
        raise RunError(
            worded(
                "Run %(run)s was decided under other policy or rules than those in force; repeat it first, so that"
                " before and after differ by your changes alone.",
                run=run.pk,
            )
        )


def _changes(policy: Policy, region: str, on: date, values: Mapping[str, str]) -> list[list[str]]:
    found = {setting.key: setting for setting in scratch.settings(policy, region, on)}
    unknown = sorted(values.keys() - found.keys())
    if unknown:
        raise ScratchError(worded("%(key)s is no setting of the policy on %(day)s.", key=unknown[0], day=on), "")
    changes = [[key, found[key].value, value] for key, value in values.items() if value != found[key].value]
    if not changes:
        raise RunError(worded("Nothing differs from the policy in force; change at least one value."))
    return changes


def _read(changes: list[list[str]], region: str, on: date) -> tuple[scratch.Scratch, Policy]:
    """The scratch policy, read by the loader of the policy in force and asked whether the matching can follow it."""
    tried = scratch.write({key: value for key, _before, value in changes}, region, on)
    try:
        policy = tried.policy()
    except PolicyError as error:
        alone = changes[0][0] if len(changes) == 1 else ""
        raise ScratchError(policy_words(error), tried.key_of(error) or alone) from error
    try:
        parameters(on, policy.decision_rule(on), sources_unknown=False, common_kind=0)
    except UnsupportedRuleError as error:
        keys = [key for key, _before, _after in changes if key.startswith("decision.decision.p3_")]
        raise ScratchError(spoken(error.args[0]), keys[0] if keys else "") from error
    return tried, policy
