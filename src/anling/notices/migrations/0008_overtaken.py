"""What no longer held before it was sent is a state of its own, apart from what an officer took back."""

from django.db import migrations, models

STATES = [
    ("queued", "Queued"), ("sent", "Sent"), ("delivered", "Delivered"), ("undeliverable", "Undeliverable"),
    ("cancelled", "Cancelled"), ("overtaken", "Overtaken"),
]  # fmt: skip
MOVE = """
UPDATE notices_notice SET state = 'overtaken', why = CASE why WHEN 'overtaken' THEN 'later_run' ELSE why END
WHERE state = 'cancelled' AND why IN ('no_longer_due', 'stop_undone', 'overtaken')
"""


class Migration(migrations.Migration):
    dependencies = [("notices", "0007_letters_waiting")]

    operations = [
        migrations.AlterField("notice", "state", models.CharField(choices=STATES, default="queued", max_length=14)),
        migrations.AlterField(
            "notice",
            "why",
            models.CharField(blank=True, help_text="why it is undeliverable or was not sent: a code", max_length=80),
        ),
        migrations.RunSQL(MOVE, migrations.RunSQL.noop),
    ]
