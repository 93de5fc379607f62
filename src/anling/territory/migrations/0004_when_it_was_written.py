"""When a place was last written, kept by the tables themselves, so that other systems can ask for what is new.

What is there counts as written now: a client that asks for what is new is told all of it once more. A list that is
loaded anew without a change of a row writes none.
"""

from django.contrib.postgres.functions import TransactionNow
from django.db import migrations, models

ROOMS = ("region", "agency", "unit", "outlet")
KEEP = """
CREATE FUNCTION territory_written() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  NEW.updated_at := greatest(now(), OLD.updated_at);
  RETURN NEW;
END $$;
"""
FORGET = "DROP FUNCTION territory_written();"
ON = """
CREATE TRIGGER territory_written BEFORE UPDATE ON territory_{0} FOR EACH ROW
  WHEN (OLD.* IS DISTINCT FROM NEW.*) EXECUTE FUNCTION territory_written();
"""
OFF = "DROP TRIGGER territory_written ON territory_{0};"


class Migration(migrations.Migration):
    dependencies = [("territory", "0003_agency_phone")]

    operations = [
        *(
            migrations.AddField(
                name,
                "updated_at",
                models.DateTimeField(
                    db_default=TransactionNow(), help_text="when the row was last written (migration 0004)"
                ),
            )
            for name in ROOMS
        ),
        migrations.RunSQL(KEEP, FORGET),
        *(migrations.RunSQL(ON.format(name), OFF.format(name)) for name in ROOMS),
    ]
