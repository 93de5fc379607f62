"""Sign-ins at the command line; a language that nobody had chosen yet is left to the browser."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


def _nobody_chose(apps, schema_editor) -> None:  # type: ignore[no-untyped-def]
    apps.get_model("access", "Officer").objects.using(schema_editor.connection.alias).update(language="")


class Migration(migrations.Migration):
    dependencies = [("access", "0001_initial")]

    operations = [
        migrations.CreateModel(
            name="CommandSession",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "token_hash",
                    models.CharField(
                        help_text="SHA-256 of the token, which is kept nowhere", max_length=64, unique=True
                    ),
                ),
                ("machine", models.CharField(help_text="name of the machine", max_length=100)),
                (
                    "account",
                    models.CharField(help_text="account of the machine under which it was begun", max_length=100),
                ),
                ("begun_at", models.DateTimeField()),
                ("ends_at", models.DateTimeField()),
                ("used_at", models.DateTimeField(null=True)),
                (
                    "officer",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="command_sessions",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={"ordering": ("-begun_at", "-pk")},
        ),
        migrations.AlterField(
            model_name="officer",
            name="language",
            field=models.CharField(
                blank=True, help_text="chosen by the officer; empty: as the browser asks", max_length=10
            ),
        ),
        migrations.RunPython(_nobody_chose, migrations.RunPython.noop),
    ]
