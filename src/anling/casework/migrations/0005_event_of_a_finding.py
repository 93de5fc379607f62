"""A finding says which event it is; one that waits is what such a finding usually is, and can be returned."""

from django.db import migrations, models

FILL = """
UPDATE casework_finding SET event = CASE outcome
  WHEN 'dead' THEN 'death'
  WHEN 'in_custody' THEN CASE WHEN until IS NULL THEN 'detained' ELSE 'prison' END
  WHEN 'missing' THEN 'missing'
  WHEN 'double_benefit' THEN 'two_pensions'
  WHEN 'nationality_lost' THEN 'nationality_lost'
  ELSE '' END
WHERE state = 'pending';
"""


class Migration(migrations.Migration):
    dependencies = [("casework", "0004_when_a_case_was_written")]

    operations = [
        migrations.AddField(
            "finding",
            "event",
            models.CharField(max_length=24, blank=True, default="", db_default="", help_text="of a loss: EventKind"),
        ),
        migrations.RunSQL(FILL, migrations.RunSQL.noop),
    ]
