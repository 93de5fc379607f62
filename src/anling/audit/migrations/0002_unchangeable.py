"""What is recorded stays: not even the owner changes it in passing. TRUNCATE stays with the owner; the head finds it."""

from django.db import migrations, models

REFUSE = """
CREATE FUNCTION audit_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'The trail is append-only: % of % is refused.', TG_OP, TG_TABLE_NAME
        USING ERRCODE = 'insufficient_privilege';
END $$;
CREATE TRIGGER audit_refuse BEFORE UPDATE OR DELETE ON audit_entry EXECUTE FUNCTION audit_refuse();
CREATE TRIGGER audit_refuse BEFORE UPDATE OR DELETE ON audit_seal EXECUTE FUNCTION audit_refuse();
"""
ALLOW = """
DROP TRIGGER audit_refuse ON audit_seal;
DROP TRIGGER audit_refuse ON audit_entry;
DROP FUNCTION audit_refuse();
"""


class Migration(migrations.Migration):
    dependencies = [("audit", "0001_initial")]

    operations = [
        migrations.AlterField("entry", "kind", models.CharField(max_length=40, help_text="one of audit.kinds.Kind")),
        migrations.AlterField(
            "seal",
            "code",
            models.CharField(
                max_length=64, help_text="HMAC-SHA-256 over number, entry with all fields, time and the code before"
            ),
        ),
        migrations.RunSQL(REFUSE, ALLOW),
    ]
