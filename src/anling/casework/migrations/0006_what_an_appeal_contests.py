"""An appeal names the stop or end that it contests; those that are open are told theirs by the payment room."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("casework", "0005_event_of_a_finding")]

    operations = [
        migrations.AddField(
            "appeal",
            "hold",
            models.CharField(
                max_length=80, blank=True, default="", db_default="",
                help_text="ref of the stop or end of pay that it contests",
            ),
        ),
    ]  # fmt: skip
