"""Cases: what is known, who works on it, what was tried, what was found, and who approved it.

A person has one open case in each region that pays them (a case is seen by its own region alone, platform.md).
"""

from __future__ import annotations

from django.contrib.postgres.functions import TransactionNow
from django.db import models

from anling.roster.models import Person


class CaseKind(models.TextChoices):
    """On which list the person stands, or what else brought the case."""

    TO_VERIFY = "to_verify"
    LOST = "lost"
    NO_BASE = "no_base"
    APPEAL = "appeal"
    REPORT = "report"


class CaseState(models.TextChoices):
    """open → in_work → found → approved | returned → closed; reopened by an appeal (platform.md), or unremedied."""

    OPEN = "open"
    IN_WORK = "in_work"
    FOUND = "found"
    RETURNED = "returned"
    CLOSED = "closed"


class Outcome(models.TextChoices):
    """What was found. The first five, of loss, need a second officer."""

    DEAD = "dead"
    IN_CUSTODY = "in_custody"
    MISSING = "missing"
    DOUBLE_BENEFIT = "double_benefit"
    NATIONALITY_LOST = "nationality_lost"
    ALIVE = "alive"
    MOVED = "moved"
    CANNOT_BE_FOUND = "cannot_be_found"
    SOURCE_ERROR = "source_error"


LOSSES = frozenset({
    Outcome.DEAD, Outcome.IN_CUSTODY, Outcome.MISSING, Outcome.DOUBLE_BENEFIT, Outcome.NATIONALITY_LOST,
})  # fmt: skip
"""Findings that take pay away: nobody makes one alone."""
OFF_LIST = "off_list"
"""Outcome of a case that nobody had begun when a later run showed that there is nothing to settle."""


class Case(models.Model):
    """One person's open question in one paying region."""

    person = models.ForeignKey(Person, models.PROTECT, related_name="cases")
    region = models.CharField(max_length=12, help_text="the paying region, whose agency is responsible")
    unit = models.CharField(max_length=40, blank=True, help_text="managing unit when it was opened or updated")
    benefits = models.JSONField(help_text="ids of the benefits in question")
    kind = models.CharField(max_length=12, choices=CaseKind.choices)
    state = models.CharField(max_length=10, choices=CaseState.choices, default=CaseState.OPEN)
    reasons = models.CharField(max_length=400, blank=True, help_text="codes with blanks between")
    evidence = models.JSONField(default=list, help_text="[[feed, batch, row_id], …]")
    run = models.BigIntegerField(null=True, help_text="the comparison that opened or last updated it")
    as_of = models.DateField(null=True, help_text="of that comparison")
    opened_at = models.DateTimeField()
    due = models.DateField(help_text="last day, counted in working days")
    due_estimated = models.BooleanField(default=False, help_text="beyond the years whose working days are known")
    priority = models.SmallIntegerField(default=2, help_text="1 first: pay at stake soon; 3 last")
    assignee = models.CharField(max_length=80, blank=True, help_text="an officer's key")
    assignee_label = models.CharField(max_length=120, blank=True)
    tries = models.SmallIntegerField(default=0, help_text="contact attempts")
    outcome = models.CharField(max_length=16, blank=True, help_text="one of Outcome, or off_list")
    closed_at = models.DateTimeField(null=True)
    version = models.IntegerField(
        default=1, help_text="raised by every act, so that two officers do not undo each other"
    )

    updated_at = models.DateTimeField(
        db_default=TransactionNow(), help_text="when the row was last written (migration 0004)"
    )

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["person", "region"], condition=~models.Q(state="closed"), name="one_open_case"
            ),
        )
        indexes = (
            models.Index(fields=["state", "region", "due", "id"], name="case_queue"),
            models.Index(
                fields=["priority", "due", "id"], condition=~models.Q(state="closed"), name="case_by_urgency"
            ),  # the work list as it opens
            models.Index(fields=["assignee", "state", "due"], name="case_by_assignee"),
            models.Index(fields=["unit", "state"], name="case_by_unit"),
            models.Index(fields=["updated_at", "id"], name="case_by_writing"),
        )

    def __str__(self) -> str:
        return f"case {self.pk}"


class Finding(models.Model):
    """What an officer found. One of LOSSES waits for a second officer."""

    class State(models.TextChoices):
        PENDING = "pending"
        APPROVED = "approved"
        RETURNED = "returned"
        FINAL = "final", "final without a second officer"

    case = models.ForeignKey(Case, models.PROTECT, related_name="findings")
    person = models.ForeignKey(Person, models.PROTECT, related_name="+")
    region = models.CharField(max_length=12)
    outcome = models.CharField(max_length=16, choices=Outcome.choices)
    event = models.CharField(max_length=24, blank=True, default="", db_default="", help_text="of a loss: EventKind")
    day = models.DateField(
        null=True, help_text="of death, of custody, since when missing; of an alive finding: when seen"
    )
    until = models.DateField(null=True, help_text="end of a term, where known")
    way = models.CharField(max_length=12, blank=True, help_text="how it was checked: a way of passes")
    benefits = models.JSONField(help_text="ids of the benefits that it concerns")
    verdicts = models.JSONField(default=list, help_text="[[feed, batch, row_id, verdict], …], once it is final")
    note = models.TextField()
    at = models.DateTimeField()
    doer = models.CharField(max_length=80)
    doer_label = models.CharField(max_length=120)
    state = models.CharField(max_length=10, choices=State.choices)
    decided_at = models.DateTimeField(null=True)
    decider = models.CharField(max_length=80, blank=True)
    decider_label = models.CharField(max_length=120, blank=True)
    decision_note = models.TextField(blank=True)
    carried_out_at = models.DateTimeField(null=True, help_text="when the payment room acted on it")

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["case"], condition=models.Q(state="pending"), name="one_pending_finding"),
            models.CheckConstraint(
                condition=models.Q(decider="") | ~models.Q(decider=models.F("doer")), name="found_and_approved_by_two"
            ),
        )


class Attempt(models.Model):
    """A contact attempt, with or without a case: before a stop a person was warned, or somebody tried to reach them."""

    class Way(models.TextChoices):
        PHONE = "phone"
        VISIT = "visit"
        UNIT = "unit"
        MESSAGE = "message"
        COUNTER = "counter"

    class Result(models.TextChoices):
        REACHED = "reached"
        FAMILY_REACHED = "family_reached"
        NO_ANSWER = "no_answer"
        WRONG_NUMBER = "wrong_number"
        MOVED_AWAY = "moved_away"
        REFUSED = "refused"

    person = models.ForeignKey(Person, models.PROTECT, related_name="attempts")
    region = models.CharField(max_length=12)
    case = models.ForeignKey(Case, models.PROTECT, null=True, related_name="attempts")
    way = models.CharField(max_length=10, choices=Way.choices)
    result = models.CharField(max_length=16, choices=Result.choices)
    note = models.TextField(blank=True)
    at = models.DateTimeField(help_text="when it was tried")
    recorded_at = models.DateTimeField()
    doer = models.CharField(max_length=80)
    doer_label = models.CharField(max_length=120)


class Document(models.Model):
    """A file attached to a case, encrypted where it lies."""

    case = models.ForeignKey(Case, models.PROTECT, related_name="documents")
    region = models.CharField(max_length=12)
    name = models.CharField(max_length=120, help_text="cleaned")
    content_type = models.CharField(max_length=60, help_text="as its content shows, not as it was called")
    size = models.BigIntegerField(help_text="bytes before encryption")
    sha256 = models.CharField(max_length=64)
    stored_as = models.CharField(max_length=120, help_text="below the folder of documents")
    at = models.DateTimeField()
    doer = models.CharField(max_length=80)
    doer_label = models.CharField(max_length=120)


class CaseEvent(models.Model):
    """One line of a case's history, in the words of a code and its details."""

    case = models.ForeignKey(Case, models.PROTECT, related_name="events")
    region = models.CharField(max_length=12)
    what = models.CharField(max_length=30)
    details = models.JSONField(default=dict)
    note = models.TextField(blank=True)
    at = models.DateTimeField()
    doer_label = models.CharField(max_length=120)


class Appeal(models.Model):
    """Somebody contests a decision: through a page, at a counter, by letter, or an officer for them."""

    class Way(models.TextChoices):
        PAGE = "page"
        COUNTER = "counter"
        LETTER = "letter"
        OFFICER = "officer"

    class State(models.TextChoices):
        OPEN = "open"
        UPHELD = "upheld"
        DISMISSED = "dismissed"

    reference = models.CharField(max_length=20, unique=True, help_text="told to the person, to ask how it stands")
    case = models.ForeignKey(Case, models.PROTECT, null=True, related_name="appeals")
    person = models.ForeignKey(Person, models.PROTECT, related_name="appeals")
    region = models.CharField(max_length=12)
    way = models.CharField(max_length=10, choices=Way.choices)
    text = models.TextField()
    contact = models.CharField(max_length=60, blank=True)
    at = models.DateTimeField()
    doer = models.CharField(max_length=80, blank=True)
    doer_label = models.CharField(max_length=120, blank=True)
    state = models.CharField(max_length=10, choices=State.choices, default=State.OPEN)
    contested = models.ForeignKey(
        Finding, models.PROTECT, null=True, related_name="+", help_text="the finding that closed the case before"
    )
    hold = models.CharField(
        max_length=80, blank=True, default="", db_default="", help_text="ref of the stop or end of pay that it contests"
    )
    form = models.CharField(
        max_length=32, blank=True, default="", db_default="",
        help_text="of the recipients' page: which form brought it; one may concern several regions",
    )  # fmt: skip
    follows = models.ForeignKey(
        "self", models.PROTECT, null=True, related_name="+",
        help_text="the answered appeal whose reference its sender gave: they may read what was answered",
    )  # fmt: skip
    restored_at = models.DateTimeField(null=True, help_text="when pay was restored because of it")
    ended_at = models.DateTimeField(null=True)
    decider = models.CharField(max_length=80, blank=True)
    ended_label = models.CharField(max_length=120, blank=True)
    answer = models.TextField(blank=True)

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=models.Q(decider="") | ~models.Q(decider=models.F("doer")), name="received_and_decided_by_two"
            ),
        )
        indexes = (models.Index(fields=["state", "region", "-at"], name="appeal_queue"),)


class SourceVerdict(models.Model):
    """What a closed case says of a department's record: precision by feed, and what the department is told."""

    class Verdict(models.TextChoices):
        CONFIRMED = "confirmed"
        REFUTED = "refuted"

    case = models.ForeignKey(Case, models.PROTECT, related_name="verdicts")
    person = models.ForeignKey(Person, models.PROTECT, related_name="+")
    region = models.CharField(max_length=12)
    feed = models.CharField(max_length=40)
    batch = models.CharField(max_length=80)
    row_id = models.CharField(max_length=80)
    verdict = models.CharField(max_length=10, choices=Verdict.choices)
    why = models.CharField(max_length=200, blank=True)
    at = models.DateTimeField()
    doer_label = models.CharField(max_length=120)
    told_at = models.DateTimeField(null=True, help_text="when it went into a correction notice")
    notice = models.CharField(max_length=80, blank=True, help_text="name of that notice's file")

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["case", "feed", "batch", "row_id"], name="one_verdict_per_record"),
        )
        indexes = (models.Index(fields=["feed", "verdict"], name="verdict_by_feed"),)


class Adoption(models.Model):
    """A run whose eligible became passes and whose others became cases: once, in one transaction (the counts)."""

    class State(models.TextChoices):
        QUEUED = "queued"
        RUNNING = "running"
        DONE = "done"
        FAILED = "failed"

    run = models.BigIntegerField(unique=True)
    region = models.CharField(max_length=12)
    as_of = models.DateField()
    reason = models.CharField(max_length=200, blank=True)
    state = models.CharField(max_length=10, choices=State.choices, default=State.QUEUED)
    label = models.CharField(max_length=40, blank=True, help_text="what is being done")
    done = models.IntegerField(default=0, help_text="steps")
    total = models.IntegerField(default=0)
    error = models.TextField(blank=True, help_text="one sentence")
    at = models.DateTimeField(help_text="when it was asked for, and then when it held")
    doer = models.CharField(max_length=80)
    doer_label = models.CharField(max_length=120)
    passes = models.BigIntegerField(default=0)
    opened = models.BigIntegerField(default=0)
    updated = models.BigIntegerField(default=0)
    settled = models.BigIntegerField(default=0, help_text="listed again on records that a closed case has settled")
    off_list = models.BigIntegerField(default=0, help_text="cases closed since nothing is left to settle")
