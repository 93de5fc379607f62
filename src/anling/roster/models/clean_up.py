"""What is to be cleaned up, what was merged, and from when on a region's pay is ours."""

from __future__ import annotations

from django.db import models

from anling.roster.models.benefits import Benefit, Person


class FindingKind(models.TextChoices):
    """What is to be cleaned up."""

    DUPLICATE_PEOPLE = "duplicate_people"
    SHARED_NUMBER = "shared_number"
    TWO_IN_PAY = "two_in_pay"
    ID_INVALID = "id_invalid"
    UNIT_MISSING = "unit_missing"
    REGION_UNKNOWN = "region_unknown"
    AGENCY_UNKNOWN = "agency_unknown"
    PAY_STATUS_DIFFERS = "pay_status_differs"


class FindingState(models.TextChoices):
    """open: to be worked on; settled: an officer decided; gone: the data no longer show it."""

    OPEN = "open"
    SETTLED = "settled"
    GONE = "gone"


class Side(models.TextChoices):
    """Whose pay status an officer let stand."""

    OURS = "ours"
    THEIRS = "theirs"


class Finding(models.Model):
    """One thing wrong with a person or a benefit, in the queue of one region."""

    kind = models.CharField(max_length=20, choices=FindingKind.choices)
    region = models.CharField(max_length=12)
    person = models.ForeignKey(Person, models.CASCADE, related_name="findings")
    other = models.ForeignKey(Person, models.CASCADE, null=True, related_name="+")
    state = models.CharField(max_length=10, choices=FindingState.choices, default=FindingState.OPEN)
    note = models.TextField(blank=True)
    found_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    ended_label = models.CharField(max_length=120, blank=True)
    benefit = models.ForeignKey(Benefit, models.CASCADE, null=True, related_name="+", db_index=False)
    ours = models.CharField(
        max_length=60,
        blank=True,
        default="",
        db_default="",
        help_text="pay status here, and after a colon why it stopped",
    )
    theirs = models.CharField(
        max_length=60, blank=True, default="", db_default="", help_text="that of the roster file, written as ours is"
    )
    decided = models.CharField(
        max_length=6, blank=True, default="", db_default="", choices=Side.choices, help_text="whose pay status holds"
    )
    agreed = models.BooleanField(
        default=False, db_default=False, help_text="a later roster file says of the pay status what we say"
    )

    class Meta:
        indexes = (
            models.Index(fields=["state", "kind", "region", "id"], name="finding_queue"),
            models.Index(fields=["benefit"], condition=models.Q(kind="pay_status_differs"), name="finding_pay_status"),
        )


class GoneLive(models.Model):
    """A region whose pay is told to its pay system by our runs, since the first that was exported for it.

    From then on the pay status of every benefit in it is ours, and no roster file writes over it (platform.md).
    """

    region = models.CharField(max_length=12, unique=True, help_text="region prefix of the run")
    since = models.DateTimeField()
    source = models.CharField(max_length=80, help_text="the run, such as payrun:7")


class Merge(models.Model):
    """Two records of one human made one, with exactly what was moved, so that it can be taken back."""

    region = models.CharField(max_length=12, help_text="what the paying regions of both have in common")
    keep = models.ForeignKey(Person, models.PROTECT, related_name="+")
    other = models.ForeignKey(Person, models.PROTECT, related_name="+")
    moved = models.JSONField(help_text="ids of the rows that changed, by table, and what they were before")
    reason = models.TextField()
    at = models.DateTimeField()
    doer = models.CharField(max_length=80)
    label = models.CharField(max_length=120)
    undone_at = models.DateTimeField(null=True)
    undone_label = models.CharField(max_length=120, blank=True)
    undone_reason = models.TextField(blank=True)

    class Meta:
        indexes = (models.Index(fields=["region", "-id"], name="merge_by_region"),)
