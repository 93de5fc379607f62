"""Covers follow a benefit into another region; what the roster told of passes before they were ours becomes passes."""

from django.db import migrations

FOLLOW = """
CREATE FUNCTION passes_follow() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  UPDATE public.passes_cover SET region = NEW.region WHERE benefit_id = NEW.id;
  RETURN NULL;
END $$;
CREATE TRIGGER passes_follow AFTER UPDATE OF region ON roster_benefit
  FOR EACH ROW WHEN (OLD.region IS DISTINCT FROM NEW.region) EXECUTE FUNCTION passes_follow();
"""
STAY = "DROP TRIGGER passes_follow ON roster_benefit; DROP FUNCTION passes_follow();"
ADOPT = """
INSERT INTO passes_pass
  (person_id, month, at, recorded_at, way, channel, evidence, source, doer, doer_label, place)
SELECT DISTINCT person_id, last_pass_month, last_pass_month::timestamptz, now(), 'imported', '', '[]'::jsonb,
  'roster:before', 'machine:migration', 'migration', ''
FROM roster_benefit WHERE last_pass_month IS NOT NULL;
INSERT INTO passes_cover (made_id, benefit_id, region, month, recorded_at)
SELECT p.id, b.id, b.region, p.month, p.recorded_at
FROM roster_benefit b JOIN passes_pass p ON p.person_id = b.person_id AND p.month = b.last_pass_month
WHERE p.source = 'roster:before';
"""


class Migration(migrations.Migration):
    dependencies = [("passes", "0001_initial"), ("roster", "0003_merges")]

    operations = [migrations.RunSQL(FOLLOW, STAY), migrations.RunSQL(ADOPT, migrations.RunSQL.noop)]
