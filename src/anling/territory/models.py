"""Reference data about places and offices. It holds nothing of people, so every scope sees all of it."""

from datetime import datetime

from django.contrib.postgres.functions import TransactionNow
from django.db import models


def written() -> "models.DateTimeField[datetime, datetime]":
    """When a row was last written, kept by the table itself (migration 0004)."""
    return models.DateTimeField(db_default=TransactionNow(), help_text="when the row was last written (migration 0004)")


class Level(models.TextChoices):
    """How large a region is. Dongguan and Zhongshan have towns right below the city (domain.md, section 5)."""

    PROVINCE = "province"
    CITY = "city"
    COUNTY = "county"
    TOWN = "town"
    VILLAGE = "village"


class Region(models.Model):
    """A region by its statistical code; codes change, so each has a time and may have a successor."""

    code = models.CharField(max_length=12, primary_key=True, help_text="6, 9 or 12 digits")
    name = models.CharField(max_length=100)
    level = models.CharField(max_length=10, choices=Level.choices)
    parent = models.ForeignKey("self", models.PROTECT, null=True, related_name="children")
    valid_from = models.DateField(null=True, help_text="null: since before our data")
    valid_to = models.DateField(null=True, help_text="last day; null: still valid")
    successor = models.ForeignKey("self", models.PROTECT, null=True, related_name="predecessors")

    updated_at = written()

    class Meta:
        ordering = ("code",)

    def __str__(self) -> str:
        return self.name


class Agency(models.Model):
    """An office that pays benefits (AAB034)."""

    code = models.CharField(max_length=40, primary_key=True)
    name = models.CharField(max_length=100)
    region = models.ForeignKey(Region, models.PROTECT, related_name="agencies")
    phone = models.CharField(max_length=40, blank=True, help_text="where recipients ask; notices name it")

    updated_at = written()

    class Meta:
        ordering = ("code",)

    def __str__(self) -> str:
        return self.name


class UnitKind(models.TextChoices):
    """Who manages recipients (N-B3)."""

    EMPLOYER = "employer"
    RETIREE_OFFICE = "retiree_office"
    COMMITTEE = "committee"
    OTHER = "other"


class Unit(models.Model):
    """A managing unit: employer, retiree office, village or neighbourhood committee (AAB001, N-B3)."""

    code = models.CharField(max_length=40, primary_key=True)
    name = models.CharField(max_length=100)
    kind = models.CharField(max_length=20, choices=UnitKind.choices, default=UnitKind.OTHER)
    region = models.ForeignKey(Region, models.PROTECT, related_name="units")
    phone = models.CharField(max_length=40, blank=True)

    updated_at = written()

    class Meta:
        ordering = ("code",)

    def __str__(self) -> str:
        return self.name


class Outlet(models.Model):
    """A counter where people certify: an agency's, a postal bank's, a self-service terminal's (N-B4)."""

    code = models.CharField(max_length=40, primary_key=True)
    name = models.CharField(max_length=100)
    region = models.ForeignKey(Region, models.PROTECT, related_name="outlets")
    address = models.CharField(max_length=200)
    phone = models.CharField(max_length=40, blank=True)
    hours = models.CharField(max_length=200, blank=True)
    terminal = models.BooleanField(default=False, help_text="has the province's self-service terminal")
    latitude = models.DecimalField(max_digits=9, decimal_places=6, null=True)
    longitude = models.DecimalField(max_digits=9, decimal_places=6, null=True)
    valid_to = models.DateField(null=True, help_text="closed after this day")

    updated_at = written()

    class Meta:
        ordering = ("region", "code")

    def __str__(self) -> str:
        return self.name


class Source(models.Model):
    """What a table of this room was last loaded from, so that the same file is not loaded again."""

    name = models.CharField(max_length=40, primary_key=True)
    content_hash = models.CharField(max_length=64, help_text="SHA-256 of what was loaded")
    rows = models.PositiveIntegerField()
    loaded_at = models.DateTimeField()
