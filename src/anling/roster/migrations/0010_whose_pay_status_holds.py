"""Each difference of pay status is about a benefit, shows both sides and is settled; a region goes live by its runs.

What an earlier release wrote into the note of an open item is taken from there; the next roster file fills in why a
benefit stopped.
"""

from django.db import migrations, models
from django.db.models.deletion import CASCADE

SIDES = [("ours", "Ours"), ("theirs", "Theirs")]
_SAID = r"^(.+): (paying|suspended|ended) / (paying|suspended|ended)$"
BY_BENEFIT = f"""
UPDATE roster_finding AS f SET benefit_id = b.id, note = '',
    ours = concat_ws(':', b.pay_status, nullif(b.suspend_reason, '')), theirs = (regexp_match(f.note, '{_SAID}'))[3]
FROM roster_benefit AS b
WHERE f.kind = 'pay_status_differs' AND f.state = 'open' AND b.person_id = f.person_id
    AND b.benefit_no = (regexp_match(f.note, '{_SAID}'))[1]
"""


class Migration(migrations.Migration):
    dependencies = [("roster", "0009_people_by_writing")]

    operations = [
        migrations.AlterField(
            "rosterimport",
            "counts",
            models.JSONField(
                default=dict, help_text="rows by fate: added, changed, unchanged, rejected, gone; differs"
            ),
        ),
        migrations.AddField(
            "finding",
            "benefit",
            models.ForeignKey(db_index=False, null=True, on_delete=CASCADE, related_name="+", to="roster.benefit"),
        ),
        migrations.AddField(
            "finding",
            "ours",
            models.CharField(
                blank=True,
                default="",
                db_default="",
                help_text="pay status here, and after a colon why it stopped",
                max_length=60,
            ),
        ),
        migrations.AddField(
            "finding",
            "theirs",
            models.CharField(
                blank=True,
                default="",
                db_default="",
                help_text="that of the roster file, written as ours is",
                max_length=60,
            ),
        ),
        migrations.AddField(
            "finding",
            "decided",
            models.CharField(
                blank=True, choices=SIDES, default="", db_default="", help_text="whose pay status holds", max_length=6
            ),
        ),
        migrations.AddField(
            "finding",
            "agreed",
            models.BooleanField(
                default=False, db_default=False, help_text="a later roster file says of the pay status what we say"
            ),
        ),
        migrations.CreateModel(
            name="GoneLive",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("region", models.CharField(help_text="region prefix of the run", max_length=12, unique=True)),
                ("since", models.DateTimeField()),
                ("source", models.CharField(help_text="the run, such as payrun:7", max_length=80)),
            ],
        ),
        migrations.RunSQL(BY_BENEFIT, migrations.RunSQL.noop),
        migrations.RunSQL("SET CONSTRAINTS ALL IMMEDIATE", migrations.RunSQL.noop),
        migrations.AddIndex(
            "finding",
            models.Index(
                condition=models.Q(("kind", "pay_status_differs")), fields=["benefit"], name="finding_pay_status"
            ),
        ),
    ]
