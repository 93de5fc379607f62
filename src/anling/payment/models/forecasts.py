"""What would happen to pay in the months ahead if nothing happens."""

from __future__ import annotations

from django.db import models

from anling.roster.models import Benefit, Person


class Forecast(models.Model):
    """What would happen to pay if nothing happens: as of a moment, for a region. Only the newest keeps its lines."""

    region = models.CharField(max_length=12)
    made_at = models.DateTimeField()
    doer_label = models.CharField(max_length=120)
    policy_version = models.CharField(max_length=80)
    benefits = models.BigIntegerField(help_text="in pay and counted")

    class Meta:
        indexes = (models.Index(fields=["region", "-id"], name="forecast_by_region"),)


class ForecastLine(models.Model):
    """A benefit whose pay would pause within three months, and the way that would trouble its recipient least."""

    forecast = models.ForeignKey(Forecast, models.CASCADE, related_name="lines", db_index=False)
    benefit = models.ForeignKey(Benefit, models.PROTECT, related_name="+", db_index=False)
    person = models.ForeignKey(Person, models.PROTECT, related_name="+", db_index=False)
    region = models.CharField(max_length=12)
    unit = models.CharField(max_length=40, blank=True)
    village = models.CharField(max_length=12, blank=True, help_text="region of residence")
    age = models.SmallIntegerField(null=True, help_text="in years, on the day of the forecast")
    month = models.DateField(help_text="first day of the first month without pay; the current one where it is overdue")
    way = models.CharField(max_length=8)

    class Meta:
        indexes = (models.Index(fields=["forecast", "region", "id"], name="ahead_by_region"),)


class ForecastLoad(models.Model):
    """Benefits of a paying region whose time runs out in a month of the horizon, by the way they could pass.

    Kept by region, so that whoever looks at part of a forecast's region sees the load of that part. The row without a
    month counts all that are in pay there.
    """

    forecast = models.ForeignKey(Forecast, models.CASCADE, related_name="loads", db_index=False)
    region = models.CharField(max_length=12)
    way = models.CharField(max_length=8, blank=True)
    month = models.DateField(null=True)
    benefits = models.BigIntegerField()

    class Meta:
        indexes = (models.Index(fields=["forecast", "region"], name="load_by_region"),)
