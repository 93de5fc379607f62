"""Whoever loads a roster tells the planner how much there is now; else lists are slow until the server looks itself."""

from django.db import migrations

MEASURED = """
CREATE FUNCTION roster_measured() RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  ANALYZE public.roster_person, public.roster_identitynumber, public.roster_personname, public.roster_benefit,
    public.roster_searchtoken;
END $$;
"""


class Migration(migrations.Migration):
    dependencies = [("roster", "0010_whose_pay_status_holds")]

    operations = [migrations.RunSQL(MEASURED, "DROP FUNCTION roster_measured();")]
