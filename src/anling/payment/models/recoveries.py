"""What was paid although nothing was due, and how it comes back."""

from __future__ import annotations

from django.db import models

from anling.roster.models import Benefit, Person


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
