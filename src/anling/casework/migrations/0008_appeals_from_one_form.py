"""An appeal from the recipients' page names the form that brought it, and the answered one that it comes after."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("casework", "0007_cases_by_urgency")]

    operations = [
        migrations.AddField(
            "appeal",
            "form",
            models.CharField(
                max_length=32, blank=True, default="", db_default="",
                help_text="of the recipients' page: which form brought it; one may concern several regions",
            ),
        ),
        migrations.AddField(
            "appeal",
            "follows",
            models.ForeignKey(
                "casework.appeal", django.db.models.deletion.PROTECT, null=True, related_name="+",
                help_text="the answered appeal whose reference its sender gave: they may read what was answered",
            ),
        ),
    ]  # fmt: skip
