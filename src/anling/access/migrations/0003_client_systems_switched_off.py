"""A client system can be switched off."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("access", "0002_command_sessions_and_language")]

    operations = [
        migrations.AddField(
            "clientsystem",
            "active",
            models.BooleanField(default=True, help_text="switched off it gets no token, and those it has open nothing"),
        ),
    ]
