"""The ways of a pass are called as people call them; nothing in the tables changes."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("passes", "0006_recorded_elsewhere")]

    operations = [
        migrations.AlterField(
            "pass",
            "way",
            models.CharField(
                choices=[
                    ("comparison", "data comparison"),
                    ("remote", "phone or web"),
                    ("unit", "managing unit"),
                    ("outlet", "counter"),
                    ("visit", "home visit"),
                    ("enrolment", "biometric enrolment"),
                    ("cooperation", "another region"),
                    ("consular", "consular paper"),
                    ("imported", "taken over from the roster"),
                ],
                max_length=12,
            ),
        )
    ]
