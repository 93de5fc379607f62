from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("territory", "0002_source"),
    ]

    operations = [
        migrations.AddField(
            model_name="agency",
            name="phone",
            field=models.CharField(
                blank=True, default="", help_text="where recipients ask; notices name it", max_length=40
            ),
            preserve_default=False,
        ),
    ]
