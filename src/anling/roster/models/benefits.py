"""People and benefits. A person is one human; numbers and names are attributes with a history (domain.md, section 3).

Months are stored as the first day of the month. Region codes have 6, 9 or 12 digits; a scope is a prefix of them.
"""

from __future__ import annotations

from django.contrib.postgres.functions import TransactionNow
from django.db import models


class Scheme(models.TextChoices):
    """The two schemes (N-A1)."""

    EMPLOYEE = "employee"
    RESIDENT = "resident"


class PayStatus(models.TextChoices):
    """AAE116."""

    PAYING = "paying"
    SUSPENDED = "suspended"
    ENDED = "ended"


class Language(models.TextChoices):
    """In which a person is written to."""

    CHINESE = "zh-hans"
    ENGLISH = "en"


class Person(models.Model):
    """One human: same identity number and agreeing name, whatever agencies pay them (platform.md).

    The current number and name are repeated here from their histories, so that a list needs no join.
    """

    id_type = models.CharField(max_length=2, default="01", help_text="AAC058")
    id_number = models.CharField(max_length=40, help_text="canonical form; as read where it fails its check")
    id_valid = models.BooleanField(help_text="passes its check, or is of a kind without one")
    name = models.CharField(max_length=50)
    name_key = models.CharField(max_length=60, help_text="the key by which names are compared")
    pinyin = models.CharField(max_length=200, blank=True, help_text="by which lists are sorted")
    sex = models.SmallIntegerField(default=9, help_text="1 male, 2 female, 9 unknown")
    birth_date = models.DateField(null=True)
    language = models.CharField(
        max_length=8, choices=Language.choices, default=Language.CHINESE, db_default=Language.CHINESE,
        help_text="in which the person is written to",
    )  # fmt: skip
    merged_into = models.ForeignKey("self", models.PROTECT, null=True, related_name="merged", db_index=False)
    updated_at = models.DateTimeField(
        db_default=TransactionNow(), help_text="when the row was last written (migration 0006)"
    )

    class Meta:
        indexes = (
            models.Index(fields=["id_number"], name="person_by_number"),
            models.Index(fields=["updated_at", "id"], name="person_by_writing"),
        )

    def __str__(self) -> str:
        return f"person {self.pk}"


class IdentityNumber(models.Model):
    """A number that a person bears or bore, as it arrived and in canonical form."""

    person = models.ForeignKey(Person, models.CASCADE, related_name="numbers")
    id_type = models.CharField(max_length=2)
    canonical = models.CharField(max_length=40)
    raw = models.CharField(max_length=60)
    derived = models.BooleanField(default=False, help_text="from a number of 15 digits")
    valid_from = models.DateField(help_text="when we learned of it")
    valid_to = models.DateField(null=True)

    class Meta:
        indexes = (models.Index(fields=["canonical"], name="number_finds_person"),)


class PersonName(models.Model):
    """A name that a person bears or bore."""

    person = models.ForeignKey(Person, models.CASCADE, related_name="names")
    name = models.CharField(max_length=50)
    name_key = models.CharField(max_length=60)
    valid_from = models.DateField(help_text="when we learned of it")
    valid_to = models.DateField(null=True)


class Benefit(models.Model):
    """One pension: scheme, who pays it and where, since when, how much, and whether it is in pay."""

    benefit_no = models.CharField(max_length=80, unique=True)
    person = models.ForeignKey(Person, models.PROTECT, related_name="benefits")
    person_no = models.CharField(max_length=40, help_text="AAC001, unique within the agency")
    agency = models.CharField(max_length=40, blank=True, help_text="AAB034")
    scheme = models.CharField(max_length=10, choices=Scheme.choices)
    region = models.CharField(max_length=12, help_text="AAB301, the paying region")
    residence_region = models.CharField(max_length=12, blank=True)
    unit = models.CharField(max_length=40, blank=True, help_text="AAB001, code of the managing unit")
    application_month = models.DateField(null=True)
    approval_month = models.DateField(null=True)
    benefit_start = models.DateField(null=True, help_text="AIC160")
    last_pass_month = models.DateField(null=True, help_text="AAC096 as imported; null: never certified")
    pay_status = models.CharField(max_length=10, choices=PayStatus.choices)
    suspend_reason = models.CharField(max_length=40, blank=True, help_text="AAE160")
    monthly_amount = models.DecimalField(max_digits=12, decimal_places=2, null=True, help_text="yuan")
    phone = models.CharField(max_length=40, blank=True)
    address = models.CharField(max_length=200, blank=True)
    pinyin = models.CharField(
        max_length=200, blank=True, help_text="the person's, so that a list needs no join to sort"
    )
    updated_at = models.DateTimeField(
        db_default=TransactionNow(), help_text="when the row was last written (migration 0004)"
    )

    class Meta:
        indexes = (
            models.Index(fields=["pinyin", "id"], name="benefit_by_pinyin"),
            models.Index(fields=["region", "id"], name="benefit_by_region"),
            models.Index(fields=["person_no"], name="benefit_by_person_no"),
            models.Index(fields=["unit"], name="benefit_by_unit"),
            models.Index(fields=["updated_at", "id"], name="benefit_by_writing"),
        )

    def __str__(self) -> str:
        return self.benefit_no


class SearchToken(models.Model):
    """A part of a person's name, or their number, by which they are found. Only equality is fast under row security."""

    token = models.CharField(max_length=60)
    region = models.CharField(max_length=12, help_text="a region that pays one of the person's benefits")
    person = models.ForeignKey(Person, models.CASCADE, related_name="tokens")

    class Meta:
        indexes = (models.Index(fields=["token", "region", "person"], name="token_finds_person"),)


class Change(models.Model):
    """One field that changed: what it was, what it became, and through which import or officer."""

    benefit = models.ForeignKey(Benefit, models.CASCADE, null=True, related_name="changes")
    person = models.ForeignKey(Person, models.CASCADE, related_name="changes")
    region = models.CharField(max_length=12, help_text="the paying region at the time")
    field = models.CharField(max_length=30)
    before = models.TextField(blank=True)
    after = models.TextField(blank=True)
    at = models.DateTimeField()
    doer = models.CharField(max_length=80)
    source = models.CharField(max_length=80, help_text="such as import:12 or correction:7")


class FormerPerson(models.Model):
    """What a comparison reads of a person, as it was from `since` until `until`; kept by the database (migration 0006).

    Every change of every field is told to officers by Change; this is the row as a whole, for looking back.
    """

    person = models.ForeignKey(Person, models.CASCADE, related_name="former")
    since = models.DateTimeField()
    until = models.DateTimeField(help_text="from then on the person was written otherwise")
    id_type = models.CharField(max_length=2)
    id_number = models.CharField(max_length=40)
    name = models.CharField(max_length=50)
    sex = models.SmallIntegerField()
    birth_date = models.DateField(null=True)

    class Meta:
        indexes = (models.Index(fields=["until"], name="former_person_until"),)


class FormerBenefit(models.Model):
    """What a comparison reads of a benefit, as FormerPerson does of a person; whose it was before a merge, too."""

    benefit = models.ForeignKey(Benefit, models.CASCADE, related_name="former")
    since = models.DateTimeField()
    until = models.DateTimeField(help_text="from then on the benefit was written otherwise")
    person = models.ForeignKey(Person, models.CASCADE, related_name="+", db_index=False)
    person_no = models.CharField(max_length=40)
    agency = models.CharField(max_length=40, blank=True)
    scheme = models.CharField(max_length=10, choices=Scheme.choices)
    region = models.CharField(max_length=12, help_text="the paying region then")
    residence_region = models.CharField(max_length=12, blank=True)
    unit = models.CharField(max_length=40, blank=True)
    application_month = models.DateField(null=True)
    approval_month = models.DateField(null=True)
    benefit_start = models.DateField(null=True)
    pay_status = models.CharField(max_length=10, choices=PayStatus.choices)
    suspend_reason = models.CharField(max_length=40, blank=True)

    class Meta:
        indexes = (models.Index(fields=["until"], name="former_benefit_until"),)


class ImportState(models.TextChoices):
    """How far a roster file has come."""

    RECEIVED = "received"
    CHECKED = "checked"
    APPLIED = "applied"
    DISCARDED = "discarded"
    FAILED = "failed"


class RosterImport(models.Model):
    """One roster file on its way into the tables: what it would change is shown before it is applied (N-A1)."""

    region = models.CharField(max_length=12, help_text="scope of the officer: rows outside it are rejected")
    file_name = models.CharField(max_length=200)
    sha256 = models.CharField(max_length=64, blank=True)
    state = models.CharField(max_length=10, choices=ImportState.choices, default=ImportState.RECEIVED)
    batch = models.CharField(max_length=300, blank=True, help_text="folder of the normalised rows, below the home")
    counts = models.JSONField(
        default=dict, help_text="rows by fate: added, changed, unchanged, rejected, gone; differs"
    )
    details = models.JSONField(default=dict, help_text="changed rows by field, rejected by reason, masked samples")
    done = models.BigIntegerField(default=0)
    total = models.BigIntegerField(default=0)
    error = models.TextField(blank=True, help_text="one sentence with its remedy")
    received_at = models.DateTimeField()
    received_by = models.CharField(max_length=80)
    received_label = models.CharField(max_length=120)
    ended_at = models.DateTimeField(null=True)
    ended_label = models.CharField(max_length=120, blank=True)

    class Meta:
        indexes = (models.Index(fields=["region", "-id"], name="import_by_region"),)
