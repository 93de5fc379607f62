"""People by when they were written: other systems ask for them as they ask for benefits."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("roster", "0008_known_by_the_benefit")]

    operations = [
        migrations.AddIndex("person", models.Index(fields=["updated_at", "id"], name="person_by_writing")),
    ]
