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
FIELDS = {
    "person": ("id_type", "id_number", "name", "sex", "birth_date"),
    "benefit": (
        "person_id", "person_no", "agency", "scheme", "region", "residence_region", "unit", "application_month",
        "approval_month", "benefit_start", "pay_status", "suspend_reason",
    ),
}  # fmt: skip


def _kept(room: str) -> migrations.RunSQL:
    listed = ", ".join(FIELDS[room])
    was = ", ".join(f"was.{name}" for name in FIELDS[room])
    return migrations.RunSQL(KEEP.format(room=room, fields=listed, was=was), FORGET.format(room=room))


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
    ]
