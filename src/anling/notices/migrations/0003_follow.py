"""Notices, wrong contacts and subscriptions follow a benefit into another region."""

from django.db import migrations

FOLLOW = """
CREATE FUNCTION notices_follow() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  UPDATE public.notices_notice SET region = NEW.region WHERE benefit_id = NEW.id;
  UPDATE public.notices_wrongcontact SET region = NEW.region WHERE benefit_id = NEW.id;
  UPDATE public.notices_subscription SET region = NEW.region WHERE benefit_id = NEW.id;
  RETURN NULL;
END $$;
CREATE TRIGGER notices_follow AFTER UPDATE OF region ON roster_benefit
  FOR EACH ROW WHEN (OLD.region IS DISTINCT FROM NEW.region) EXECUTE FUNCTION notices_follow();
"""
STAY = "DROP TRIGGER notices_follow ON roster_benefit; DROP FUNCTION notices_follow();"


class Migration(migrations.Migration):
    dependencies = [("notices", "0002_delivery"), ("roster", "0003_merges")]

    operations = [migrations.RunSQL(FOLLOW, STAY)]
