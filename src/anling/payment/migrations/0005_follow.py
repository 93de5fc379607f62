"""Facts of pay, recoveries and differences follow a benefit into another region, as its passes do."""

from django.db import migrations

FOLLOW = """
CREATE FUNCTION payment_follow() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  UPDATE public.payment_payfact SET region = NEW.region WHERE benefit_id = NEW.id;
  UPDATE public.payment_recovery SET region = NEW.region WHERE benefit_id = NEW.id;
  UPDATE public.payment_mismatch SET region = NEW.region WHERE benefit_id = NEW.id;
  RETURN NULL;
END $$;
CREATE TRIGGER payment_follow AFTER UPDATE OF region ON roster_benefit
  FOR EACH ROW WHEN (OLD.region IS DISTINCT FROM NEW.region) EXECUTE FUNCTION payment_follow();
"""
STAY = "DROP TRIGGER payment_follow ON roster_benefit; DROP FUNCTION payment_follow();"


class Migration(migrations.Migration):
    dependencies = [("payment", "0004_forecast_loads"), ("roster", "0003_merges")]

    operations = [migrations.RunSQL(FOLLOW, STAY)]
