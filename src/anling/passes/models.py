"""Passes: who was shown to be entitled, for which month and by what. Added, revoked with a reason, never edited.

The clock of a benefit is read from here and stored nowhere else (anling.passes.clocks).
"""

from __future__ import annotations

from django.contrib.postgres.indexes import BrinIndex
from django.db import models
from django.utils.translation import gettext_lazy as _

from anling.roster.models import Benefit, Person


class Way(models.TextChoices):
    """By which way a pass arrived (N-B1 to N-B5, N-C3); imported: as the roster told it before passes were ours."""

    COMPARISON = "comparison", _("data comparison")
    REMOTE = "remote", _("phone or web")
    UNIT = "unit", _("managing unit")
    OUTLET = "outlet", _("counter")
    VISIT = "visit", _("home visit")
    ENROLMENT = "enrolment", _("biometric enrolment")
    COOPERATION = "cooperation", _("another region")
    CONSULAR = "consular", _("consular paper")
    IMPORTED = "imported", _("taken over from the roster")


class Pass(models.Model):
    """One pass of one person. The day never matters to the clock, the month does; `at` is when life was shown."""

    person = models.ForeignKey(Person, models.PROTECT, related_name="passes")
    month = models.DateField(help_text="first day of the month that it counts for")
    at = models.DateTimeField(help_text="when the person was shown to be alive and entitled")
    recorded_at = models.DateTimeField(help_text="when it came to us: a pay run sees what lay before its cut-off")
    way = models.CharField(max_length=12, choices=Way.choices)
    channel = models.CharField(max_length=40, blank=True, help_text="through what: the app, the counter, the feed")
    evidence = models.JSONField(default=list, help_text="what it rests on: [[feed, batch, row_id], …] or documents")
    source = models.CharField(max_length=80, help_text="what made it, such as run:12 or finding:7; never twice for one")
    doer = models.CharField(max_length=80)
    doer_label = models.CharField(max_length=120)
    place = models.CharField(max_length=80, blank=True, help_text="outlet, unit or address of the visit, as named then")
    elsewhere = False
    """Whether another region recorded it, where it was looked up for a benefit (clocks.passes_of)."""

    class Meta:
        constraints = (models.UniqueConstraint(fields=["source", "person", "month"], name="pass_once_per_source"),)

    def __str__(self) -> str:
        return f"pass {self.pk}"


class Cover(models.Model):
    """A benefit that a pass covers: each one of the person that is compared, whatever region pays it (platform.md).

    region follows the benefit when it moves (migration 0002).
    """

    pk = models.CompositePrimaryKey("made_id", "benefit_id")
    made = models.ForeignKey(Pass, models.PROTECT, related_name="covers", db_index=False)
    benefit = models.ForeignKey(Benefit, models.PROTECT, related_name="covers", db_index=False)
    region = models.CharField(max_length=12, help_text="the paying region of the benefit")
    month = models.DateField(help_text="that of the pass")
    recorded_at = models.DateTimeField(help_text="that of the pass")
    way = models.CharField(max_length=12, choices=Way.choices, help_text="that of the pass")
    elsewhere = models.BooleanField(
        default=False, db_default=False, help_text="another region recorded the pass, and alone revokes it"
    )

    class Meta:
        indexes = (
            models.Index(fields=["benefit", "month"], name="cover_by_benefit"),
            BrinIndex(fields=["recorded_at"], name="cover_by_time"),
        )


class Revocation(models.Model):
    """A pass that no longer counts, and why; the pass itself stays as it was."""

    made = models.OneToOneField(Pass, models.PROTECT, related_name="revocation", primary_key=True)
    reason = models.TextField()
    at = models.DateTimeField()
    doer = models.CharField(max_length=80)
    doer_label = models.CharField(max_length=120)

    class Meta:
        indexes = (models.Index(fields=["at"], name="revocation_by_time"),)
