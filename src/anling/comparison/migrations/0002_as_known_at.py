"""A run may be made as things were known at an earlier moment."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("comparison", "0001_initial"), ("roster", "0006_former_rows")]

    operations = [
        migrations.AddField(
            "run",
            "known_at",
            models.DateTimeField(null=True, help_text="only what was known then counts; null: what is known now"),
        ),
    ]
