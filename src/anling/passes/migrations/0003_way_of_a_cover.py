"""The way of a pass beside each benefit that it covers: what is counted by way needs no look at the pass itself."""

from django.db import migrations, models

WAYS = (
    ("comparison", "data comparison"), ("remote", "phone or web"), ("unit", "managing unit"), ("outlet", "counter"),
    ("visit", "home visit"), ("enrolment", "biometric enrolment"), ("cooperation", "another region"),
    ("consular", "consular paper"), ("imported", "taken over from the roster"),
)  # fmt: skip
FILL = "UPDATE passes_cover AS c SET way = p.way FROM passes_pass AS p WHERE p.id = c.made_id"


class Migration(migrations.Migration):
    dependencies = [("passes", "0002_follow_and_adopt")]

    operations = [
        migrations.AddField(
            "cover",
            "way",
            models.CharField(max_length=12, choices=WAYS, default="imported", help_text="that of the pass"),
            preserve_default=False,
        ),
        migrations.RunSQL(FILL, migrations.RunSQL.noop),
    ]
