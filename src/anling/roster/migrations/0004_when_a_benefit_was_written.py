"""When a benefit was last written, kept by the table itself, so that other systems can ask for what is new."""

from django.db import migrations, models
from django.db.models.functions import Now

KEEP = """
CREATE FUNCTION roster_written() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  NEW.updated_at := now();
  RETURN NEW;
END $$;
CREATE TRIGGER roster_written BEFORE UPDATE ON roster_benefit FOR EACH ROW EXECUTE FUNCTION roster_written();
"""
FORGET = "DROP TRIGGER roster_written ON roster_benefit; DROP FUNCTION roster_written();"


class Migration(migrations.Migration):
    dependencies = [("roster", "0003_merges")]

    operations = [
        migrations.AddField(
            "benefit",
            "updated_at",
            models.DateTimeField(db_default=Now(), help_text="when the row was last written (migration 0004)"),
        ),
        migrations.AddIndex("benefit", models.Index(fields=["updated_at", "id"], name="benefit_by_writing")),
        migrations.RunSQL(KEEP, FORGET),
    ]
