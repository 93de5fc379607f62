"""Pay runs with their lines, and what the pay system answered otherwise. A machine drafts; people sign and approve."""

from __future__ import annotations

from django.db import models

from anling.roster.models import Benefit, Person, Scheme


class RunState(models.TextChoices):
    """draft → signed → approved → exported → acknowledged → closed; stopped in an emergency until it is exported."""

    DRAFT = "draft"
    SIGNED = "signed"
    APPROVED = "approved"
    EXPORTED = "exported"
    ACKNOWLEDGED = "acknowledged"
    CLOSED = "closed"
    STOPPED = "stopped"


class PayRun(models.Model):
    """What a region tells its pay system for one month."""

    region = models.CharField(max_length=12, help_text="region prefix of its benefits")
    month = models.DateField(help_text="first day of the pay month")
    state = models.CharField(max_length=12, choices=RunState.choices, default=RunState.DRAFT)
    cutoff = models.DateTimeField(help_text="a pass recorded later falls to the next run")
    policy_version = models.CharField(max_length=80)
    counts = models.JSONField(default=dict, help_text="benefits by outcome, held ones by reason, sums by action")
    content_hash = models.CharField(max_length=64, blank=True, help_text="SHA-256 over its lines as proposed")
    proposed_at = models.DateTimeField()
    proposer = models.CharField(max_length=80, help_text="who asked the machine for the draft")
    proposer_label = models.CharField(max_length=120)
    signer = models.CharField(max_length=80, blank=True)
    signer_label = models.CharField(max_length=120, blank=True)
    signed_at = models.DateTimeField(null=True)
    approver = models.CharField(max_length=80, blank=True)
    approver_label = models.CharField(max_length=120, blank=True)
    approved_at = models.DateTimeField(null=True)
    stopped_at = models.DateTimeField(null=True)
    stopped_label = models.CharField(max_length=120, blank=True)
    stopped_reason = models.TextField(blank=True)
    exported_at = models.DateTimeField(null=True)
    file_name = models.CharField(max_length=120, blank=True)
    file_sha256 = models.CharField(max_length=64, blank=True)
    acknowledged_at = models.DateTimeField(null=True)
    acknowledgement = models.JSONField(null=True, help_text="counts of the acknowledgement file and its differences")
    closed_at = models.DateTimeField(null=True)
    version = models.IntegerField(default=1)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["region", "month"], condition=~models.Q(state="stopped"), name="one_run_per_month"
            ),
            models.CheckConstraint(
                condition=models.Q(approver="") | ~models.Q(approver=models.F("signer")),
                name="signed_and_approved_by_two",
            ),
        )
        indexes = (models.Index(fields=["-month", "region"], name="payrun_by_month"),)


class Action(models.TextChoices):
    """What a line tells the pay system."""

    STOP = "stop"
    RESUME = "resume"
    END = "end"
    ARREARS = "arrears"
    OFFSET = "offset"


class LineState(models.TextChoices):
    """held: not stopped, and why not; dropped: taken out by a person; done, refused: as the pay system answered."""

    PROPOSED = "proposed"
    HELD = "held"
    DROPPED = "dropped"
    APPROVED = "approved"
    DONE = "done"
    REFUSED = "refused"


class PayLine(models.Model):
    """One benefit's line in a run, or why it has none although its clock has run out."""

    run = models.ForeignKey(PayRun, models.PROTECT, related_name="lines", db_index=False)
    benefit = models.ForeignKey(Benefit, models.PROTECT, related_name="pay_lines", db_index=False)
    person = models.ForeignKey(Person, models.PROTECT, related_name="+", db_index=False)
    region = models.CharField(max_length=12)
    unit = models.CharField(max_length=40, blank=True)
    scheme = models.CharField(max_length=10, choices=Scheme.choices)
    action = models.CharField(max_length=8, choices=Action.choices)
    state = models.CharField(max_length=10, choices=LineState.choices, default=LineState.PROPOSED)
    reason = models.CharField(max_length=40, help_text="why it stops, resumes or ends: our word, mapped at the border")
    holds = models.CharField(max_length=200, blank=True, help_text="every reason for which it is held, with blanks")
    base_month = models.DateField(null=True, help_text="from which the clock counted")
    from_month = models.DateField(null=True, help_text="first month concerned")
    to_month = models.DateField(null=True, help_text="last month concerned, of arrears")
    amount = models.DecimalField(max_digits=14, decimal_places=2, null=True, help_text="yuan, of arrears and offsets")
    parts = models.JSONField(default=list, help_text="of arrears: [[month, yuan], …], which come to the amount")
    fact = models.CharField(max_length=80, blank=True, help_text="ref of the fact of pay that it tells the pay system")
    note = models.CharField(max_length=300, blank=True, help_text="why a person took it out or put it in")
    decided_label = models.CharField(max_length=120, blank=True)
    answer = models.CharField(max_length=80, blank=True, help_text="code of the pay system")

    class Meta:
        constraints = (models.UniqueConstraint(fields=["run", "benefit", "action"], name="one_line_per_action"),)
        indexes = (
            models.Index(fields=["run", "state", "action", "id"], name="line_of_run"),
            models.Index(fields=["benefit", "run"], name="line_by_benefit"),
            models.Index(fields=["benefit"], condition=models.Q(state="refused"), name="line_refused"),
        )


class Mismatch(models.Model):
    """What another system holds of a benefit's pay and we do not: shown, and settled by a person (platform.md)."""

    class Kind(models.TextChoices):
        PAY_STATUS = "pay_status"
        NOT_ACKNOWLEDGED = "not_acknowledged"
        AMOUNT = "amount"
        UNKNOWN_BENEFIT = "unknown_benefit"

    kind = models.CharField(max_length=20, choices=Kind.choices)
    region = models.CharField(max_length=12)
    benefit = models.ForeignKey(Benefit, models.PROTECT, null=True, related_name="+")
    run = models.ForeignKey(PayRun, models.PROTECT, null=True, related_name="mismatches")
    ours = models.CharField(max_length=80, blank=True)
    theirs = models.CharField(max_length=80, blank=True)
    at = models.DateTimeField()
    settled_at = models.DateTimeField(null=True)
    settled_label = models.CharField(max_length=120, blank=True)
    note = models.TextField(blank=True)

    class Meta:
        indexes = (models.Index(fields=["region", "settled_at", "id"], name="mismatch_queue"),)
