"""Letters that wait to be printed are counted by an index of their own: each look at the notices tells how many."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("notices", "0006_recalled")]

    operations = [
        migrations.AddIndex(
            "notice",
            models.Index(
                fields=["region", "id"], condition=models.Q(channel="post", state="queued"), name="letters_waiting"
            ),
        )
    ]
