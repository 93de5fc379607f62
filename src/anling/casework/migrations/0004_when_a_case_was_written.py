"""When a case was last written, kept by the table itself: one that is reopened or found anew is new to other systems.

What is there counts as written now: a client that asks for what is new is told of it once more.
"""

from django.contrib.postgres.functions import TransactionNow
from django.db import migrations, models

KEEP = """
CREATE FUNCTION casework_written() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  NEW.updated_at := greatest(now(), OLD.updated_at);
  RETURN NEW;
END $$;
CREATE TRIGGER casework_written BEFORE UPDATE ON casework_case FOR EACH ROW EXECUTE FUNCTION casework_written();
"""
FORGET = "DROP TRIGGER casework_written ON casework_case; DROP FUNCTION casework_written();"


class Migration(migrations.Migration):
    dependencies = [("casework", "0003_follow")]

    operations = [
        migrations.AddField(
            "case",
            "updated_at",
            models.DateTimeField(
                db_default=TransactionNow(), help_text="when the row was last written (migration 0004)"
            ),
        ),
        migrations.AddIndex("case", models.Index(fields=["updated_at", "id"], name="case_by_writing")),
        migrations.RunSQL(KEEP, FORGET),
    ]
