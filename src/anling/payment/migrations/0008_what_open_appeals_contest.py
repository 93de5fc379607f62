"""Appeals that are open contest what they lifted when they came in, or else the newest stop or end in force."""

from django.db import migrations

FILL = """
UPDATE casework_appeal a SET hold = coalesce(
  (SELECT f.of FROM payment_payfact f
   WHERE f.what = 'resumption' AND f.source = 'appeal:' || a.id ORDER BY f.id DESC LIMIT 1),
  (SELECT f.of FROM payment_payfact f JOIN roster_benefit b ON b.id = f.benefit_id
   WHERE f.what = 'reversal' AND f.at = a.at AND b.person_id = a.person_id AND b.region = a.region
   ORDER BY f.id DESC LIMIT 1),
  (SELECT f.ref FROM payment_payfact f JOIN roster_benefit b ON b.id = f.benefit_id
   WHERE f.what IN ('stop', 'end') AND b.person_id = a.person_id AND b.region = a.region AND NOT EXISTS (
     SELECT 1 FROM payment_payfact u WHERE u.benefit_id = f.benefit_id AND u.of = f.ref)
   ORDER BY f.id DESC LIMIT 1), '')
WHERE a.state = 'open';
"""


class Migration(migrations.Migration):
    dependencies = [
        ("payment", "0007_gone_live"), ("casework", "0006_what_an_appeal_contests"),
    ]  # fmt: skip

    operations = [migrations.RunSQL(FILL, migrations.RunSQL.noop)]
