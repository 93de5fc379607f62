"""Whoever loads a roster tells the planner how much there is now; else lists are slow until the server looks itself.

And what keeps the rows of before never goes through all of them for each of them: a worker plans that statement once, by
the few rows of a small file, and then wrote over a province by the same plan.
"""

from django.db import migrations

MEASURED = """
CREATE FUNCTION roster_measured() RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  ANALYZE public.roster_person, public.roster_identitynumber, public.roster_personname, public.roster_benefit,
    public.roster_searchtoken;
END $$;
"""
KEPT = ("roster_keep_former_person()", "roster_keep_former_benefit()")
HASHED = "".join(f"ALTER FUNCTION {name} SET enable_nestloop = off;" for name in KEPT)
AS_BEFORE = "".join(f"ALTER FUNCTION {name} RESET enable_nestloop;" for name in KEPT)


class Migration(migrations.Migration):
    dependencies = [("roster", "0010_whose_pay_status_holds")]

    operations = [
        migrations.RunSQL(MEASURED, "DROP FUNCTION roster_measured();"),
        migrations.RunSQL(HASHED, AS_BEFORE),
    ]
