"""The work list opens with the most urgent open cases: found in their order, not sorted out of all."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("casework", "0006_what_an_appeal_contests")]

    operations = [
        migrations.AddIndex(
            "case",
            models.Index(fields=["priority", "due", "id"], condition=~models.Q(state="closed"), name="case_by_urgency"),
        )
    ]
