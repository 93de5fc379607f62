"""The roster as it stood at any past moment: whoever writes over a person or a benefit, the row that was stays.

Statement by statement, so that an import of a province pays for one set more, and by the owner, so that the serving
role cannot write the past. What was overwritten before this migration is known field by field alone (Change): people
count as known from here on, and an earlier moment shows an empty roster instead of a wrong one.
"""

from django.contrib.postgres.functions import TransactionNow
from django.db import migrations, models
from django.db.models.deletion import CASCADE

SCHEMES = [("employee", "Employee"), ("resident", "Resident")]
STATES = [("paying", "Paying"), ("suspended", "Suspended"), ("ended", "Ended")]

# two writers of one row: the second to commit may have begun first, and still is the later one
LATER = """
CREATE OR REPLACE FUNCTION roster_written() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  NEW.updated_at := greatest(now(), OLD.updated_at);
  RETURN NEW;
END $$;
CREATE TRIGGER roster_written BEFORE UPDATE ON roster_person FOR EACH ROW EXECUTE FUNCTION roster_written();
"""
AS_BEFORE = """
DROP TRIGGER roster_written ON roster_person;
CREATE OR REPLACE FUNCTION roster_written() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  NEW.updated_at := now();
  RETURN NEW;
END $$;
"""
KEEP = """
CREATE FUNCTION roster_keep_former_{room}() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  INSERT INTO public.roster_former{room} ({room}_id, since, until, {fields})
  SELECT was.id, was.updated_at, becomes.updated_at, {was}
  FROM rows_before AS was JOIN rows_after AS becomes ON becomes.id = was.id
  WHERE was.updated_at < becomes.updated_at;
  RETURN NULL;
END $$;
CREATE TRIGGER roster_keep_former AFTER UPDATE ON roster_{room}
  REFERENCING OLD TABLE AS rows_before NEW TABLE AS rows_after
  FOR EACH STATEMENT EXECUTE FUNCTION roster_keep_former_{room}();
"""
FORGET = "DROP TRIGGER roster_keep_former ON roster_{room}; DROP FUNCTION roster_keep_former_{room}();"
# as the owner: whoever has no benefit any more is seen by nobody, and one that moved away is another region's; the
# region that paid them then sees them as they were then
THEN = """
CREATE FUNCTION roster_then(moment timestamptz, prefix text) RETURNS TABLE (
  id bigint, benefit_no text, person_id bigint, person_no text, agency text, scheme text, region text,
  residence_region text, unit text, application_month date, approval_month date, benefit_start date, pay_status text,
  suspend_reason text, id_type text, id_number text, name text, sex smallint, birth_date date
) LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  WITH benefits AS (
    SELECT b.id, b.benefit_no, {benefit} FROM public.roster_benefit AS b WHERE b.updated_at <= moment
    UNION ALL
    SELECT f.benefit_id, b.benefit_no, {former_benefit}
    FROM public.roster_formerbenefit AS f JOIN public.roster_benefit AS b ON b.id = f.benefit_id
    WHERE f.since <= moment AND f.until > moment
  ), people AS (
    SELECT b.id, {person} FROM public.roster_person AS b WHERE b.updated_at <= moment
    UNION ALL
    SELECT f.person_id, {former_person} FROM public.roster_formerperson AS f
    WHERE f.since <= moment AND f.until > moment
  )
  SELECT b.*, {said} FROM benefits AS b JOIN people AS p ON p.id = b.person_id
  WHERE starts_with(b.region, prefix)
    AND starts_with(prefix, nullif(current_setting('anling.scope', true), ''))
$$;
CREATE FUNCTION roster_known(moment timestamptz, prefix text) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  SELECT starts_with(prefix, nullif(current_setting('anling.scope', true), '')) AND (
    EXISTS (SELECT 1 FROM public.roster_benefit AS b JOIN public.roster_person AS p ON p.id = b.person_id
            WHERE b.updated_at <= moment AND p.updated_at <= moment AND starts_with(b.region, prefix))
    OR EXISTS (SELECT 1 FROM public.roster_formerbenefit AS b
               WHERE b.since <= moment AND b.until > moment AND starts_with(b.region, prefix)))
$$;
"""
NEVER = "DROP FUNCTION roster_then(timestamptz, text); DROP FUNCTION roster_known(timestamptz, text);"
FIELDS = {
    "person": ("id_type", "id_number", "name", "sex", "birth_date"),
    "benefit": (
        "person_id", "person_no", "agency", "scheme", "region", "residence_region", "unit", "application_month",
        "approval_month", "benefit_start", "pay_status", "suspend_reason",
    ),
}  # fmt: skip


def _kept(room: str) -> migrations.RunSQL:
    listed = ", ".join(FIELDS[room])
    kept = KEEP.format(room=room, fields=listed, was=_listed(room, "was"))
    return migrations.RunSQL(kept, FORGET.format(room=room))


def _listed(room: str, alias: str) -> str:
    return ", ".join(f"{alias}.{name}" for name in FIELDS[room])


def _then() -> str:
    return THEN.format(
        benefit=_listed("benefit", "b"), former_benefit=_listed("benefit", "f"), person=_listed("person", "b"),
        former_person=_listed("person", "f"), said=_listed("person", "p"),
    )  # fmt: skip


def _key() -> tuple[str, "models.BigAutoField[int, int]"]:
    return ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID"))


class Migration(migrations.Migration):
    dependencies = [("roster", "0005_pay_status_differs")]

    operations = [
        migrations.AddField(
            "person",
            "updated_at",
            models.DateTimeField(
                db_default=TransactionNow(), help_text="when the row was last written (migration 0006)"
            ),
        ),
        migrations.AlterField(
            "benefit",
            "updated_at",
            models.DateTimeField(
                db_default=TransactionNow(), help_text="when the row was last written (migration 0004)"
            ),
        ),
        migrations.CreateModel(
            name="FormerPerson",
            fields=[
                _key(),
                ("since", models.DateTimeField()),
                ("until", models.DateTimeField(help_text="from then on the person was written otherwise")),
                ("id_type", models.CharField(max_length=2)),
                ("id_number", models.CharField(max_length=40)),
                ("name", models.CharField(max_length=50)),
                ("sex", models.SmallIntegerField()),
                ("birth_date", models.DateField(null=True)),
                ("person", models.ForeignKey(on_delete=CASCADE, related_name="former", to="roster.person")),
            ],
            options={"indexes": [models.Index(fields=["until"], name="former_person_until")]},
        ),
        migrations.CreateModel(
            name="FormerBenefit",
            fields=[
                _key(),
                ("since", models.DateTimeField()),
                ("until", models.DateTimeField(help_text="from then on the benefit was written otherwise")),
                ("person_no", models.CharField(max_length=40)),
                ("agency", models.CharField(blank=True, max_length=40)),
                ("scheme", models.CharField(choices=SCHEMES, max_length=10)),
                ("region", models.CharField(help_text="the paying region then", max_length=12)),
                ("residence_region", models.CharField(blank=True, max_length=12)),
                ("unit", models.CharField(blank=True, max_length=40)),
                ("application_month", models.DateField(null=True)),
                ("approval_month", models.DateField(null=True)),
                ("benefit_start", models.DateField(null=True)),
                ("pay_status", models.CharField(choices=STATES, max_length=10)),
                ("suspend_reason", models.CharField(blank=True, max_length=40)),
                ("benefit", models.ForeignKey(on_delete=CASCADE, related_name="former", to="roster.benefit")),
                (
                    "person",
                    models.ForeignKey(db_index=False, on_delete=CASCADE, related_name="+", to="roster.person"),
                ),
            ],
            options={"indexes": [models.Index(fields=["until"], name="former_benefit_until")]},
        ),
        migrations.RunSQL(LATER, AS_BEFORE),
        _kept("person"),
        _kept("benefit"),
        migrations.RunSQL(_then(), NEVER),
    ]
