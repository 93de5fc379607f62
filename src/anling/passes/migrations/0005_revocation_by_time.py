"""Revocations since a moment: other systems ask for them as they ask for passes."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("passes", "0004_cover_by_time")]

    operations = [
        migrations.AddIndex("revocation", models.Index(fields=["at"], name="revocation_by_time")),
    ]
