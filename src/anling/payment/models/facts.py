"""What happened to the pay of each benefit.

What is due, paid, overpaid and outstanding is computed from the facts by one function (anling.rules.ledger) and stored
nowhere as a truth of its own.
"""

from __future__ import annotations

from django.db import models

from anling.roster.models import Benefit


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
