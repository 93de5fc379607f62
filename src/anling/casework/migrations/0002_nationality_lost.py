from django.db import migrations, models

_OUTCOMES = [
    ("dead", "Dead"), ("in_custody", "In Custody"), ("missing", "Missing"), ("double_benefit", "Double Benefit"),
    ("nationality_lost", "Nationality Lost"), ("alive", "Alive"), ("moved", "Moved"),
    ("cannot_be_found", "Cannot Be Found"), ("source_error", "Source Error"),
]  # fmt: skip


class Migration(migrations.Migration):
    dependencies = [("casework", "0001_initial")]

    operations = [
        migrations.AlterField(
            model_name="finding", name="outcome", field=models.CharField(choices=_OUTCOMES, max_length=16)
        ),
    ]
