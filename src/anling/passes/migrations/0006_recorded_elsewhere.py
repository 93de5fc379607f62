"""A pass covers every compared benefit of its person, those of other regions too; each cover says whether it is one."""

from django.db import migrations, models

COVER = """
INSERT INTO passes_cover (made_id, benefit_id, region, month, recorded_at, way, elsewhere)
SELECT p.id, b.id, b.region, p.month, p.recorded_at, p.way,
  NOT EXISTS (SELECT 1 FROM passes_cover c WHERE c.made_id = p.id AND c.region = b.region)
FROM passes_pass p JOIN roster_benefit b ON b.person_id = p.person_id
WHERE p.way <> 'imported' AND b.pay_status <> 'ended'
  AND NOT EXISTS (SELECT 1 FROM passes_cover c WHERE c.made_id = p.id AND c.benefit_id = b.id);
"""


class Migration(migrations.Migration):
    dependencies = [("passes", "0005_revocation_by_time")]

    operations = [
        migrations.AddField(
            "cover",
            "elsewhere",
            models.BooleanField(
                default=False, db_default=False, help_text="another region recorded the pass, and alone revokes it"
            ),
        ),
        migrations.RunSQL(COVER, migrations.RunSQL.noop),
    ]
