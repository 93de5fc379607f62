"""What is told to people, through which channel, and whether it arrived."""

from __future__ import annotations

from django.db import models

from anling.roster.models import Benefit, Person


class Kind(models.TextChoices):
    """What a notice says (domain.md, section 1). A warning comes 90, 60 and 30 days before a stop.

    arrears: pay that was missed comes by itself, not with a resumption; offset: part is kept back against a debt.
    """

    WARNING = "warning"
    RESULT = "result"
    SUSPENSION = "suspension"
    RESTORATION = "restoration"
    APOLOGY = "apology"
    APPEAL = "appeal"
    END = "end"
    ARREARS = "arrears"
    OFFSET = "offset"


class Channel(models.TextChoices):
    """By what a notice travels."""

    SMS = "sms"
    WECHAT = "wechat"
    POST = "post"


class State(models.TextChoices):
    """queued → sent → delivered | undeliverable (platform.md), or not sent, with a reason.

    cancelled: an officer took it back. overtaken: what it says no longer held before it was sent.
    """

    QUEUED = "queued"
    SENT = "sent"
    DELIVERED = "delivered"
    UNDELIVERABLE = "undeliverable"
    CANCELLED = "cancelled"
    OVERTAKEN = "overtaken"


class Notice(models.Model):
    """One notice to one person about one benefit. The address is read when it is sent; here it is kept masked."""

    person = models.ForeignKey(Person, models.PROTECT, related_name="notices", db_index=False)
    benefit = models.ForeignKey(Benefit, models.PROTECT, related_name="notices", db_index=False)
    region = models.CharField(max_length=12)
    kind = models.CharField(max_length=12, choices=Kind.choices)
    about = models.CharField(max_length=60, help_text="what it is about, once per benefit: 2026-08:90 for a warning")
    stop_month = models.DateField(null=True, help_text="of a warning or suspension: the pay month in question")
    channel = models.CharField(max_length=8, choices=Channel.choices)
    language = models.CharField(max_length=8, default="zh-hans")
    template = models.CharField(max_length=60, help_text="name and version of the words used")
    values = models.JSONField(default=dict, help_text="what the words were filled with; no number of a person")
    sent_to = models.CharField(max_length=60, blank=True, help_text="the address, masked")
    state = models.CharField(max_length=14, choices=State.choices, default=State.QUEUED)
    why = models.CharField(max_length=80, blank=True, help_text="why it is undeliverable or was not sent: a code")
    unreached = models.BooleanField(
        default=False, help_text="undeliverable, and no other channel leads to the person: somebody has to try"
    )
    recalled = models.BooleanField(
        default=False, db_default=False,
        help_text="what it says no longer holds: not sent if it waits, and by no other channel",
    )  # fmt: skip
    tries = models.SmallIntegerField(default=0)
    provider_id = models.CharField(max_length=80, blank=True, help_text="under which the gateway knows it")
    address_digest = models.CharField(max_length=64, blank=True, help_text="of the address that it went to, keyed")
    letters = models.ForeignKey("LetterBatch", models.PROTECT, null=True, related_name="notices")
    queued_at = models.DateTimeField()
    queued_by = models.CharField(max_length=80)
    send_after = models.DateTimeField(help_text="not in quiet hours, not beyond the limit of a week")
    sent_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True, help_text="when it was delivered, or known to be undeliverable")

    class Meta:
        constraints = (models.UniqueConstraint(fields=["benefit", "kind", "about", "channel"], name="notice_once"),)
        indexes = (
            models.Index(fields=["state", "send_after", "id"], name="notice_queue"),
            models.Index(fields=["region", "-id"], name="notice_by_region"),
            models.Index(fields=["-unreached", "-id"], name="notice_to_act_on"),
            models.Index(fields=["state", "-id"], name="notice_by_state"),
            models.Index(fields=["state", "region"], name="notice_counted"),
            models.Index(fields=["region"], condition=models.Q(unreached=True), name="notice_unreached"),
            models.Index(
                fields=["region", "id"], condition=models.Q(channel="post", state="queued"), name="letters_waiting"
            ),
            models.Index(fields=["person", "sent_at"], name="notice_by_person"),
        )

    def __str__(self) -> str:
        return f"notice {self.pk}"


class LetterBatch(models.Model):
    """Letters that an officer took to print at once; they can be printed again, and that is recorded too."""

    region = models.CharField(max_length=12, help_text="scope of the officer")
    count = models.IntegerField()
    at = models.DateTimeField()
    doer = models.CharField(max_length=80)
    doer_label = models.CharField(max_length=120)

    class Meta:
        indexes = (models.Index(fields=["region", "-id"], name="letters_by_region"),)


class Subscription(models.Model):
    """A person's consent to messages of our WeChat account about one benefit, until it is taken back.

    WeChat asks for each message: who agrees once allows one message of each kind that was named, and no more.
    """

    benefit = models.ForeignKey(Benefit, models.PROTECT, related_name="subscriptions")
    region = models.CharField(max_length=12)
    open_id = models.CharField(max_length=64, help_text="under which WeChat knows the person towards our account")
    consent = models.CharField(max_length=120, help_text="how the consent was given: app, counter, form of a day")
    left = models.JSONField(
        default=dict, help_text="kind of notice → how many more messages of it the person has allowed"
    )
    consented_at = models.DateTimeField()
    doer_label = models.CharField(max_length=120)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["benefit"], condition=models.Q(ended_at__isnull=True), name="subscription_once"
            ),
        )


class WrongContact(models.Model):
    """An address of a benefit that turned out not to reach the person; no notice goes there until it is corrected."""

    benefit = models.ForeignKey(Benefit, models.PROTECT, related_name="wrong_contacts")
    region = models.CharField(max_length=12)
    channel = models.CharField(max_length=8, choices=Channel.choices)
    digest = models.CharField(
        max_length=64, help_text="SHA-256 over the address, keyed: no longer wrong once it differs"
    )
    why = models.CharField(max_length=80)
    at = models.DateTimeField()
    doer_label = models.CharField(max_length=120)

    class Meta:
        constraints = (models.UniqueConstraint(fields=["benefit", "channel", "digest"], name="wrong_contact_once"),)
