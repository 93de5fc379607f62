"""Ends, arrears and parts kept back are told too; and what no longer holds is marked, so that nobody hears it late."""

from django.db import migrations, models

KINDS = [
    ("warning", "Warning"), ("result", "Result"), ("suspension", "Suspension"), ("restoration", "Restoration"),
    ("apology", "Apology"), ("appeal", "Appeal"), ("end", "End"), ("arrears", "Arrears"), ("offset", "Offset"),
]  # fmt: skip


class Migration(migrations.Migration):
    dependencies = [("notices", "0005_subscription_left"), ("roster", "0007_language")]

    operations = [
        migrations.AlterField("notice", "kind", models.CharField(choices=KINDS, max_length=12)),
        migrations.AddField(
            "notice",
            "recalled",
            models.BooleanField(
                db_default=False,
                default=False,
                help_text="what it says no longer holds: not sent if it waits, and by no other channel",
            ),
        ),
    ]
