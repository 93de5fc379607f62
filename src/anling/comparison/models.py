"""Runs of the comparison and what they came to. Decisions and evidence are partitioned by run (migration 0001).

A decision belongs to a benefit and its paying region; evidence belongs to a person and is seen by every region that
pays one of their benefits. Neither is ever changed: another run is another partition.
"""

from __future__ import annotations

from uuid import uuid4

from django.db import models

from anling.roster.models import Benefit, Person, Scheme


class State(models.TextChoices):
    """How far a run is. The last three are final."""

    QUEUED = "queued"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"


def new_folder() -> str:
    """A name that no run has had, so that what an older database left on the disk is never taken for this run's."""
    return uuid4().hex


class Run(models.Model):
    """One comparison as of a day: who asked for it, what it rests on, how far it is and what it came to."""

    region = models.CharField(max_length=12, help_text="region prefix of the compared benefits")
    as_of = models.DateField()
    state = models.CharField(max_length=10, choices=State.choices, default=State.QUEUED)
    reason = models.CharField(max_length=200, blank=True)
    asked_by = models.CharField(max_length=80, help_text="the actor's key")
    asked_by_label = models.CharField(max_length=120)
    asked_at = models.DateTimeField()
    started_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)
    cancel_asked = models.BooleanField(default=False)
    known_at = models.DateTimeField(null=True, help_text="only what was known then counts; null: what is known now")
    replay_of = models.ForeignKey("self", models.PROTECT, null=True, related_name="replays", db_index=False)
    folder = models.CharField(max_length=40, default=new_folder, help_text="below the folder of runs; never used twice")
    feeds = models.CharField(max_length=400, blank=True, help_text="folder of the feeds; empty: the installation's own")
    snapshot_hash = models.CharField(max_length=64, blank=True, help_text="SHA-256 of the frozen roster file")
    snapshot_rows = models.BigIntegerField(null=True)
    snapshot_at = models.DateTimeField(null=True, help_text="when the roster was frozen")
    policy_version = models.CharField(max_length=80, blank=True)
    rules_version = models.CharField(max_length=80, blank=True)
    content_hash = models.CharField(max_length=64, blank=True, help_text="SHA-256 over decisions and evidence")
    report = models.JSONField(null=True, help_text="run.json: inputs with hashes, counts, health of sources, costs")
    label = models.CharField(max_length=80, blank=True, help_text="what is being done")
    done = models.BigIntegerField(default=0)
    total = models.BigIntegerField(default=0)
    error = models.TextField(blank=True, help_text="one sentence")

    class Meta:
        ordering = ("-id",)
        indexes = (models.Index(fields=["state", "-as_of", "-id"], name="run_by_state"),)

    def __str__(self) -> str:
        return f"run {self.pk}"

    @property
    def final(self) -> bool:
        """Whether the run has come to its end, good or bad."""
        return self.state not in (State.QUEUED, State.RUNNING)

    @property
    def looks_back(self) -> bool:
        """Whether it shows what a run of then came to, by its files or by what was known: nothing follows from it."""
        return self.replay_of_id is not None or self.known_at is not None


class Decision(models.Model):
    """The list on which a run puts a benefit, with every reason and the records that decide (contracts.md)."""

    pk = models.CompositePrimaryKey("run_id", "benefit_id")
    run = models.ForeignKey(Run, models.DO_NOTHING, db_constraint=False, db_index=False, related_name="decisions")
    benefit = models.ForeignKey(Benefit, models.DO_NOTHING, db_constraint=False, db_index=False, related_name="+")
    person = models.ForeignKey(Person, models.DO_NOTHING, db_constraint=False, db_index=False, related_name="+")
    region = models.CharField(max_length=12, help_text="the paying region when the roster was frozen")
    unit = models.CharField(max_length=40, blank=True)
    scheme = models.CharField(max_length=10, choices=Scheme.choices)
    list = models.CharField(max_length=12)
    reasons = models.CharField(max_length=400, help_text="codes with blanks between, in their fixed order")
    pass_month = models.DateField(null=True, help_text="first day of the month; the eligible alone have one")
    base_month = models.DateField(null=True, help_text="from which the clock counted before this run")
    deciding = models.JSONField(help_text="[[feed, batch, row_id], …]")

    class Meta:
        managed = False  # a partitioned table, which migration 0001 makes in SQL


class Evidence(models.Model):
    """A department's record that decided, or that tells of a loss, with its fate (contracts.md, evidence.parquet)."""

    pk = models.CompositePrimaryKey("run_id", "person_id", "feed", "batch", "row_id")
    run = models.ForeignKey(Run, models.DO_NOTHING, db_constraint=False, db_index=False, related_name="evidence")
    person = models.ForeignKey(Person, models.DO_NOTHING, db_constraint=False, db_index=False, related_name="+")
    feed = models.CharField(max_length=40)
    batch = models.CharField(max_length=80)
    row_id = models.CharField(max_length=80)
    code = models.CharField(max_length=40)
    sign = models.CharField(max_length=20)
    grade = models.CharField(max_length=4)
    event_date = models.DateField()
    end_date = models.DateField(null=True)
    identity = models.CharField(max_length=20)
    usable = models.BooleanField()
    why_not = models.CharField(max_length=20, blank=True)

    class Meta:
        managed = False


class Count(models.Model):
    """Benefits of a county that a run put on a list for the same reasons: lists are counted without reading them."""

    run = models.ForeignKey(Run, models.PROTECT, related_name="counts")
    region = models.CharField(max_length=6, help_text="first six digits of the paying region")
    list = models.CharField(max_length=12)
    scheme = models.CharField(max_length=10)
    reasons = models.CharField(max_length=400)
    benefits = models.BigIntegerField()

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["run", "region", "list", "scheme", "reasons"], name="counted_once"),
        )


class WhatIf(models.Model):
    """A question asked of a scratch policy: who would be on another list, who would stop in another month.

    It rests on a finished run (list and clock) or, without one, on the clocks of today. The scratch policy is kept with
    it and is never the policy in force.
    """

    region = models.CharField(max_length=12, help_text="region prefix of the benefits it is asked of")
    run = models.ForeignKey(Run, models.PROTECT, null=True, related_name="what_ifs", db_index=False)
    stands = models.BooleanField(help_text="the clock counts from the passes on record now, not from the frozen roster")
    on = models.DateField(help_text="the day whose policy is asked: as of which the run was, else that of the question")
    state = models.CharField(max_length=10, choices=State.choices, default=State.QUEUED)
    reason = models.CharField(max_length=200, blank=True)
    asked_by = models.CharField(max_length=80, help_text="the actor's key")
    asked_by_label = models.CharField(max_length=120)
    asked_at = models.DateTimeField()
    started_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)
    cancel_asked = models.BooleanField(default=False)
    folder = models.CharField(max_length=40, default=new_folder, help_text="below the folder of what-ifs")
    policy_version = models.CharField(max_length=80, help_text="of the policy in force")
    scratch_version = models.CharField(max_length=80, help_text="of the scratch policy: a hash of its content")
    changes = models.JSONField(help_text="[[key, value in force, value tried], …] (policy.scratch)")
    texts = models.JSONField(help_text="file name → text, of the policy files that differ")
    content_hash = models.CharField(max_length=64, blank=True, help_text="SHA-256 over counts of what would change")
    label = models.CharField(max_length=80, blank=True, help_text="what is being done")
    done = models.BigIntegerField(default=0)
    total = models.BigIntegerField(default=0)
    error = models.TextField(blank=True, help_text="one sentence")

    class Meta:
        ordering = ("-id",)
        indexes = (models.Index(fields=["region", "-id"], name="what_if_by_region"),)

    def __str__(self) -> str:
        return f"what-if {self.pk}"

    @property
    def final(self) -> bool:
        """Whether it has come to its end, good or bad."""
        return self.state not in (State.QUEUED, State.RUNNING)


class Sides(models.Model):
    """Where a benefit stands under the policy in force, and where under the scratch policy.

    Lists and reasons are empty without a run. A stop month is the first day of the first month without pay, that of the
    question where it is overdue; null where nothing stops: not in pay, or nothing known to count from.
    """

    region = models.CharField(max_length=12)
    scheme = models.CharField(max_length=10, choices=Scheme.choices)
    list_before = models.CharField(max_length=12, blank=True)
    list_after = models.CharField(max_length=12, blank=True)
    reasons_after = models.CharField(max_length=400, blank=True)
    stop_before = models.DateField(null=True)
    stop_after = models.DateField(null=True)

    class Meta:
        abstract = True


class WhatIfCount(Sides):
    """Benefits of a county that stand the same on both sides. region: its first six digits."""

    what_if = models.ForeignKey(WhatIf, models.CASCADE, related_name="counts", db_index=False)
    benefits = models.BigIntegerField()

    class Meta:
        indexes = (models.Index(fields=["what_if", "region"], name="what_if_counts"),)


class WhatIfLine(Sides):
    """A benefit that would be on another list or stop in another month."""

    what_if = models.ForeignKey(WhatIf, models.CASCADE, related_name="lines", db_index=False)
    benefit = models.ForeignKey(Benefit, models.CASCADE, related_name="+", db_index=False)
    person = models.ForeignKey(Person, models.CASCADE, related_name="+", db_index=False)
    unit = models.CharField(max_length=40, blank=True)
    reasons_before = models.CharField(max_length=400, blank=True)

    class Meta:
        indexes = (models.Index(fields=["what_if", "region", "benefit"], name="what_if_people"),)
