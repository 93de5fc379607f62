"""How many messages of each kind a person has allowed; nobody has been asked before, so nothing is left."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("notices", "0004_indexes")]

    operations = [
        migrations.AddField(
            "subscription",
            "left",
            models.JSONField(
                default=dict, help_text="kind of notice → how many more messages of it the person has allowed"
            ),
        ),
    ]
