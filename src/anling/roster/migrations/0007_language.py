"""In which language a person is written to: in Chinese, as everybody was until now, unless they choose otherwise."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("roster", "0006_former_rows")]

    operations = [
        migrations.AddField(
            "person",
            "language",
            models.CharField(
                choices=[("zh-hans", "Chinese"), ("en", "English")],
                db_default="zh-hans",
                default="zh-hans",
                help_text="in which the person is written to",
                max_length=8,
            ),
        ),
    ]
