"""A password that somebody else made opens the first sign-in alone."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("access", "0004_attempts")]

    operations = [
        migrations.AddField(
            model_name="officer",
            name="must_choose_password",
            field=models.BooleanField(
                default=False, help_text="the password is a one-time one; its owner chooses their own first of all"
            ),
        ),
    ]
