"""What the API itself has to remember: answers already given, and how often a client has called."""

from __future__ import annotations

from django.db import models


class Answer(models.Model):
    """The answer to a write that succeeded, kept so that the same key gets the same answer (48 hours)."""

    client = models.CharField(max_length=40, help_text="the client's lasting key")
    key = models.CharField(max_length=64, help_text="SHA-256 of the Idempotency-Key")
    request = models.CharField(max_length=64, help_text="SHA-256 of method, path and body")
    region = models.CharField(max_length=12, help_text="the client's region prefix at the time")
    status = models.SmallIntegerField()
    body = models.BinaryField(help_text="as it was sent")
    at = models.DateTimeField(db_index=True)

    class Meta:
        constraints = (models.UniqueConstraint(fields=["client", "key"], name="answer_by_key"),)


class Usage(models.Model):
    """Requests of one caller in one minute. One row that PostgreSQL itself counts up, so that none is lost."""

    caller = models.CharField(max_length=80)
    minute = models.BigIntegerField(help_text="minutes since 1970-01-01 UTC")
    requests = models.IntegerField()

    class Meta:
        constraints = (models.UniqueConstraint(fields=["caller", "minute"], name="usage_by_minute"),)
        indexes = (models.Index(fields=["minute"], name="usage_by_age"),)
