from django.db import migrations, models
from django.db.models.deletion import PROTECT


class Migration(migrations.Migration):
    dependencies = [
        ("roster", "0002_imports_and_cleanup"),
    ]

    operations = [
        migrations.CreateModel(
            name="Merge",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("region", models.CharField(help_text="what the paying regions of both have in common", max_length=12)),
                (
                    "moved",
                    models.JSONField(help_text="ids of the rows that changed, by table, and what they were before"),
                ),
                ("reason", models.TextField()),
                ("at", models.DateTimeField()),
                ("doer", models.CharField(max_length=80)),
                ("label", models.CharField(max_length=120)),
                ("undone_at", models.DateTimeField(null=True)),
                ("undone_label", models.CharField(blank=True, max_length=120)),
                ("undone_reason", models.TextField(blank=True)),
                ("keep", models.ForeignKey(on_delete=PROTECT, related_name="+", to="roster.person")),
                ("other", models.ForeignKey(on_delete=PROTECT, related_name="+", to="roster.person")),
            ],
            options={"indexes": [models.Index(fields=["region", "-id"], name="merge_by_region")]},
        ),
    ]
