"""Pay runs, the facts of each benefit's pay, and what is to be recovered. A machine drafts; people sign and approve.

What is due, paid, overpaid and outstanding is computed from the facts by one function (anling.rules.ledger) and stored
nowhere as a truth of its own.
"""

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


class PayFact(models.Model):
    """Something that happened to the pay of a benefit, as rules.ledger reads it. A reversal is another fact.

    That a month was paid is not kept month by month: it was, while neither a fact here nor a line that the pay system
    carried out says otherwise (payment.accounts.ledgers, payment.accounts.carried).
    """

    class What(models.TextChoices):
        STOP = "stop"
        END = "end"
        RESUMPTION = "resumption"
        REVERSAL = "reversal"
        PAID = "paid"
        WITHHELD = "withheld"
        ARREARS_PAID = "arrears_paid"
        RECOVERED = "recovered"
        RETURNED = "returned"
        WAIVED = "waived"

    benefit = models.ForeignKey(Benefit, models.PROTECT, related_name="pay_facts", db_index=False)
    region = models.CharField(max_length=12)
    ref = models.CharField(max_length=80, help_text="by which facts name each other, such as stop:run:12")
    what = models.CharField(max_length=12, choices=What.choices)
    month = models.DateField(null=True, help_text="first day of the month from which it holds, or that it is about")
    effective = models.DateField(null=True, help_text="of a stop from before our records: first day not paid")
    day = models.DateField(null=True, help_text="of money that moved")
    amount = models.DecimalField(max_digits=14, decimal_places=2, null=True, help_text="yuan")
    reason = models.CharField(max_length=40, blank=True, help_text="of a stop or end, of a reversal, means of recovery")
    of = models.CharField(max_length=80, blank=True, help_text="ref of the stop or end that it lifts")
    details = models.JSONField(default=dict, help_text="parts of arrears, whether a condition is met")
    source = models.CharField(max_length=80, help_text="what made it: payrun:12, finding:7, recovery:3")
    at = models.DateTimeField()
    doer = models.CharField(max_length=80)
    doer_label = models.CharField(max_length=120)

    class Meta:
        constraints = (models.UniqueConstraint(fields=["benefit", "ref"], name="fact_once"),)


class Recovery(models.Model):
    """Pay that was made although nothing was due. Without fault and fraud are different cases with different words."""

    class Kind(models.TextChoices):
        OVERPAYMENT = "overpayment"
        FRAUD = "fraud"

    class State(models.TextChoices):
        OPEN = "open"
        ORDERED = "ordered"
        AGREED = "agreed"
        SETTLED = "settled"
        CANCELLED = "cancelled"

    class Offset(models.TextChoices):
        ARREARS = "arrears"
        PAY = "pay"
        BOTH = "both"

    benefit = models.ForeignKey(Benefit, models.PROTECT, related_name="recoveries")
    person = models.ForeignKey(Person, models.PROTECT, related_name="+")
    region = models.CharField(max_length=12)
    kind = models.CharField(max_length=12, choices=Kind.choices, default=Kind.OVERPAYMENT)
    state = models.CharField(max_length=10, choices=State.choices, default=State.OPEN)
    from_month = models.DateField()
    to_month = models.DateField()
    overpaid = models.DecimalField(max_digits=14, decimal_places=2, help_text="yuan, as the months are known")
    source = models.CharField(max_length=80, help_text="such as finding:7")
    order_no = models.CharField(max_length=40, blank=True)
    proposer = models.CharField(max_length=80)
    proposer_label = models.CharField(max_length=120)
    approver = models.CharField(max_length=80, blank=True)
    approver_label = models.CharField(max_length=120, blank=True)
    plan = models.JSONField(default=list, help_text="instalments: [[month, yuan], …]; empty: one sum")
    opened_at = models.DateTimeField()
    ordered_at = models.DateTimeField(null=True)
    offset = models.CharField(max_length=8, choices=Offset.choices, blank=True, help_text="kept back from what")
    payer = models.ForeignKey(
        Benefit, models.PROTECT, null=True, related_name="+", help_text="of the same person, kept back from its pay"
    )
    waiver_amount = models.DecimalField(max_digits=14, decimal_places=2, null=True, help_text="yuan, asked for")
    waiver_reason = models.TextField(blank=True)
    waiver_proposer = models.CharField(max_length=80, blank=True)
    waiver_proposer_label = models.CharField(max_length=120, blank=True)
    waiver_approver = models.CharField(max_length=80, blank=True, help_text="of the last that was approved")
    version = models.IntegerField(default=1)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["benefit"],
                condition=models.Q(state__in=("open", "ordered", "agreed")),
                name="one_live_recovery",
            ),
            models.CheckConstraint(
                condition=models.Q(approver="") | ~models.Q(approver=models.F("proposer")), name="recovered_by_two"
            ),
            models.CheckConstraint(
                condition=models.Q(waiver_approver="") | ~models.Q(waiver_approver=models.F("waiver_proposer")),
                name="waived_by_two",
            ),
        )


class EarlierStop(models.Model):
    """Since when a benefit was not paid before our records: one officer says so on a paper, another approves it."""

    benefit = models.OneToOneField(Benefit, models.PROTECT, related_name="earlier_stop")
    region = models.CharField(max_length=12)
    month = models.DateField(help_text="first day of the first month not paid")
    paper = models.CharField(max_length=200, help_text="on which it rests")
    proposer = models.CharField(max_length=80)
    proposer_label = models.CharField(max_length=120)
    proposed_at = models.DateTimeField()
    approver = models.CharField(max_length=80, blank=True)
    approver_label = models.CharField(max_length=120, blank=True)
    approved_at = models.DateTimeField(null=True)

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=models.Q(approver="") | ~models.Q(approver=models.F("proposer")), name="earlier_stop_by_two"
            ),
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


class Forecast(models.Model):
    """What would happen to pay if nothing happens: as of a moment, for a region. Only the newest keeps its lines."""

    region = models.CharField(max_length=12)
    made_at = models.DateTimeField()
    doer_label = models.CharField(max_length=120)
    policy_version = models.CharField(max_length=80)
    benefits = models.BigIntegerField(help_text="in pay and counted")

    class Meta:
        indexes = (models.Index(fields=["region", "-id"], name="forecast_by_region"),)


class ForecastLine(models.Model):
    """A benefit whose pay would pause within three months, and the way that would trouble its recipient least."""

    forecast = models.ForeignKey(Forecast, models.CASCADE, related_name="lines", db_index=False)
    benefit = models.ForeignKey(Benefit, models.PROTECT, related_name="+", db_index=False)
    person = models.ForeignKey(Person, models.PROTECT, related_name="+", db_index=False)
    region = models.CharField(max_length=12)
    unit = models.CharField(max_length=40, blank=True)
    village = models.CharField(max_length=12, blank=True, help_text="region of residence")
    age = models.SmallIntegerField(null=True, help_text="in years, on the day of the forecast")
    month = models.DateField(help_text="first day of the first month without pay; the current one where it is overdue")
    way = models.CharField(max_length=8)

    class Meta:
        indexes = (models.Index(fields=["forecast", "region", "id"], name="ahead_by_region"),)


class ForecastLoad(models.Model):
    """Benefits of a paying region whose time runs out in a month of the horizon, by the way they could pass.

    Kept by region, so that whoever looks at part of a forecast's region sees the load of that part. The row without a
    month counts all that are in pay there.
    """

    forecast = models.ForeignKey(Forecast, models.CASCADE, related_name="loads", db_index=False)
    region = models.CharField(max_length=12)
    way = models.CharField(max_length=8, blank=True)
    month = models.DateField(null=True)
    benefits = models.BigIntegerField()

    class Meta:
        indexes = (models.Index(fields=["forecast", "region"], name="load_by_region"),)
