"""What is known of a person's cases goes with their last benefit into another region: its agency decides from then on.

An open case stays where it is when the other region has one of the person, too: there is one for each region at most.
"""

from django.db import migrations

FOLLOW = """
CREATE FUNCTION casework_follow() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  IF EXISTS (SELECT 1 FROM public.roster_benefit WHERE person_id = NEW.person_id AND region = OLD.region) THEN
    RETURN NULL;
  END IF;
  UPDATE public.casework_case c SET region = NEW.region
  WHERE person_id = NEW.person_id AND region = OLD.region AND (state = 'closed' OR NOT EXISTS (
    SELECT 1 FROM public.casework_case o
    WHERE o.person_id = c.person_id AND o.region = NEW.region AND o.state <> 'closed'));
  UPDATE public.casework_finding f SET region = c.region
  FROM public.casework_case c WHERE c.id = f.case_id AND c.person_id = NEW.person_id AND c.region <> f.region;
  UPDATE public.casework_document d SET region = c.region
  FROM public.casework_case c WHERE c.id = d.case_id AND c.person_id = NEW.person_id AND c.region <> d.region;
  UPDATE public.casework_caseevent e SET region = c.region
  FROM public.casework_case c WHERE c.id = e.case_id AND c.person_id = NEW.person_id AND c.region <> e.region;
  UPDATE public.casework_sourceverdict v SET region = c.region
  FROM public.casework_case c WHERE c.id = v.case_id AND c.person_id = NEW.person_id AND c.region <> v.region;
  UPDATE public.casework_attempt SET region = NEW.region WHERE person_id = NEW.person_id AND region = OLD.region;
  UPDATE public.casework_appeal SET region = NEW.region WHERE person_id = NEW.person_id AND region = OLD.region;
  RETURN NULL;
END $$;
CREATE TRIGGER casework_follow AFTER UPDATE OF region ON roster_benefit
  FOR EACH ROW WHEN (OLD.region IS DISTINCT FROM NEW.region) EXECUTE FUNCTION casework_follow();
"""
STAY = "DROP TRIGGER casework_follow ON roster_benefit; DROP FUNCTION casework_follow();"


class Migration(migrations.Migration):
    dependencies = [("casework", "0002_nationality_lost"), ("roster", "0003_merges")]

    operations = [migrations.RunSQL(FOLLOW, STAY)]
