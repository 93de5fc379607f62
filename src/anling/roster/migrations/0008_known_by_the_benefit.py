"""Whether a region paid anybody at a past moment is told by the benefits alone.

Whoever has a benefit was a person before; a name corrected since took its whole benefit out of what was known then. That
rows of before migration 0006 are not known is asked beforehand (`roster.history`).
"""

from django.db import migrations

HEAD = """
CREATE OR REPLACE FUNCTION roster_known(moment timestamptz, prefix text) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  SELECT starts_with(prefix, nullif(current_setting('anling.scope', true), '')) AND (
    EXISTS (SELECT 1 FROM public.roster_benefit AS b {people}
            WHERE b.updated_at <= moment {known} AND starts_with(b.region, prefix))
    OR EXISTS (SELECT 1 FROM public.roster_formerbenefit AS b
               WHERE b.since <= moment AND b.until > moment AND starts_with(b.region, prefix)))
$$;
"""
BY_BENEFIT = HEAD.format(people="", known="")
BY_BOTH = HEAD.format(people="JOIN public.roster_person AS p ON p.id = b.person_id", known="AND p.updated_at <= moment")


class Migration(migrations.Migration):
    dependencies = [("roster", "0007_language")]

    operations = [migrations.RunSQL(BY_BENEFIT, BY_BOTH)]
