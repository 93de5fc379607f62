"""Attempts are counted in a table of their own."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("access", "0003_client_systems_switched_off")]

    operations = [
        migrations.CreateModel(
            name="Attempt",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("caller", models.CharField(help_text="SHA-256 of what is limited and of who asks", max_length=64)),
                ("until", models.DateTimeField(help_text="end of the stretch")),
                ("attempts", models.IntegerField()),
            ],
            options={
                "indexes": [models.Index(fields=["until"], name="attempt_by_age")],
                "constraints": [models.UniqueConstraint(fields=("caller", "until"), name="attempt_by_stretch")],
            },
        ),
    ]
