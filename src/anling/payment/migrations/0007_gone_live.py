"""Regions for which a run was exported before this was kept are live since then."""

from django.db import migrations

SINCE = """
INSERT INTO roster_gonelive (region, since, source)
SELECT DISTINCT ON (region) region, exported_at, 'payrun:' || id FROM payment_payrun
WHERE exported_at IS NOT NULL ORDER BY region, exported_at, id
ON CONFLICT (region) DO NOTHING
"""


class Migration(migrations.Migration):
    dependencies = [("payment", "0006_what_was_carried_out"), ("roster", "0010_whose_pay_status_holds")]

    operations = [migrations.RunSQL(SINCE, migrations.RunSQL.noop)]
