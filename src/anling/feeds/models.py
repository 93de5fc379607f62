"""Deliveries of other departments: what came, when, through whom, and what became of it (N-C2)."""

from __future__ import annotations

from django.db import models


class State(models.TextChoices):
    """What became of a delivery. Of one feed and batch name at most one is ready; earlier ones are replaced."""

    RECEIVED = "received"
    CHECKING = "checking"
    READY = "ready"
    REFUSED = "refused"
    REPLACED = "replaced"


OPEN = (State.RECEIVED, State.CHECKING)
LIVING = (*OPEN, State.READY)


class Way(models.TextChoices):
    """How a delivery arrived."""

    PAGE = "page"
    COMMAND = "command"
    INBOX = "inbox"


class Batch(models.Model):
    """One delivery. The rows lie in the ingested store under `store_key`, the file as it came under `kept`."""

    feed = models.CharField(max_length=40, help_text="code of the catalogue; as written where the catalogue lacks it")
    batch = models.CharField(max_length=100, help_text="the department's name for it")
    sha256 = models.CharField(max_length=64, blank=True)
    file_name = models.CharField(max_length=255)
    covers_from = models.DateField(null=True)
    covers_to = models.DateField(null=True)
    delivered_at = models.DateTimeField(null=True, help_text="as the manifest says")
    declared_rows = models.BigIntegerField(null=True, help_text="as the manifest says; null where nobody counted")
    rows = models.BigIntegerField(null=True, help_text="data rows of the file, once read")
    quarantined = models.BigIntegerField(null=True, help_text="rows that break the contract")
    months = models.JSONField(default=dict, help_text="accepted rows by month, yyyy-MM")
    state = models.CharField(max_length=10, choices=State.choices)
    refusal = models.TextField(blank=True, help_text="one sentence with its remedy")
    kept = models.CharField(max_length=400, blank=True, help_text="the file, below the folder of deliveries")
    store_key = models.CharField(max_length=120, blank=True, help_text="its folder, below the ingested store")
    replaced_by = models.ForeignKey("self", models.PROTECT, null=True, related_name="replaces")
    corrects = models.ForeignKey("self", models.PROTECT, null=True, related_name="corrections")
    way = models.CharField(max_length=10, choices=Way.choices)
    received_at = models.DateTimeField()
    settled_at = models.DateTimeField(null=True, help_text="ready or refused since")
    replaced_at = models.DateTimeField(null=True)
    doer = models.CharField(max_length=80, help_text="the actor's key")
    doer_label = models.CharField(max_length=120)
    responsible = models.CharField(max_length=12, help_text="region prefix of the permit it was received under")

    class Meta:
        ordering = ("-received_at", "-pk")
        indexes = (
            models.Index(fields=["feed", "-received_at"], name="batch_by_feed"),
            models.Index(fields=["state", "feed"], name="batch_by_state"),
            models.Index(fields=["-received_at", "-id"], name="batch_newest_first"),
        )
        constraints = (
            models.UniqueConstraint(
                fields=["feed", "batch"], condition=models.Q(state=State.READY), name="one_ready_batch_of_a_name"
            ),
        )

    def __str__(self) -> str:
        return f"{self.feed}/{self.batch}"
