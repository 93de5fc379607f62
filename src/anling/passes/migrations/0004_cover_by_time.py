"""Passes of the last days are found without reading those of years: rows come in the order of their time."""

import django.contrib.postgres.indexes
from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("passes", "0003_way_of_a_cover")]

    operations = [
        migrations.AddIndex(
            "cover", django.contrib.postgres.indexes.BrinIndex(fields=["recorded_at"], name="cover_by_time")
        )
    ]
