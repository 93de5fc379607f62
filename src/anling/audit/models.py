"""The trail and its chain. No foreign keys: an entry outlives what it tells of."""

from django.db import models


class Entry(models.Model):
    """One act, written in the act's own transaction and never changed."""

    at = models.DateTimeField(db_index=True)
    kind = models.CharField(max_length=40, help_text="one of audit.kinds.Kind")
    doer = models.CharField(max_length=80, help_text="the actor's key, such as officer:17")
    doer_label = models.CharField(max_length=120)
    region = models.CharField(max_length=12, blank=True, help_text="region code; empty where no region is concerned")
    object_type = models.CharField(max_length=40, blank=True)
    object_key = models.CharField(max_length=80, blank=True)
    before = models.JSONField(null=True, blank=True)
    after = models.JSONField(null=True, blank=True)
    reason = models.TextField(blank=True)
    policy_version = models.CharField(max_length=80, blank=True)
    rows = models.BigIntegerField(null=True, help_text="how many rows a bulk act touched")
    content_hash = models.CharField(max_length=64, blank=True, help_text="SHA-256 of what a bulk act wrote")

    class Meta:
        indexes = (
            models.Index(fields=["object_type", "object_key"]),
            models.Index(fields=["doer", "at"]),
            models.Index(fields=["kind", "at"]),
        )


class Seal(models.Model):
    """The place of an entry in the chain: each seal covers its entry's content and the seal before it."""

    number = models.BigIntegerField(primary_key=True, help_text="1, 2, 3 … without gaps")
    entry = models.BigIntegerField(unique=True)
    code = models.CharField(
        max_length=64, help_text="HMAC-SHA-256 over number, entry with all fields, time and the code before"
    )
    sealed_at = models.DateTimeField()


class Verification(models.Model):
    """One reading of the whole chain that somebody asked for, with what it found."""

    asked_by = models.CharField(max_length=80, help_text="the actor's key")
    asked_by_label = models.CharField(max_length=120)
    asked_at = models.DateTimeField()
    total = models.BigIntegerField(default=0, help_text="seals there were at the beginning")
    done = models.BigIntegerField(default=0, help_text="seals read so far")
    finished_at = models.DateTimeField(null=True)
    unsealed = models.BigIntegerField(default=0)
    findings = models.JSONField(default=list, help_text="sentences")
    more = models.BigIntegerField(default=0, help_text="findings not told one by one")
    failed = models.BooleanField(default=False, help_text="the reading itself broke off")

    @property
    def running(self) -> bool:
        """Whether it is not finished yet."""
        return self.finished_at is None

    @property
    def whole(self) -> bool:
        """Whether it was finished and found nothing."""
        return self.finished_at is not None and not self.findings and not self.failed

    @property
    def percent(self) -> int:
        """How far it is."""
        return min(100, 100 * self.done // self.total) if self.total else 0
