"""What a forecast counts month by month is kept by paying region."""

import django.db.models.deletion
from django.db import migrations, models

# the counts of earlier forecasts become loads of the region that they were made for
KEEP = """
INSERT INTO payment_forecastload (forecast_id, region, way, month, benefits)
SELECT f.id, f.region, way.key,
  (date_trunc('month', f.made_at AT TIME ZONE 'Asia/Shanghai') + (number.place - 1) * interval '1 month')::date,
  number.value::bigint
FROM payment_forecast AS f, jsonb_each(f.horizon) AS way,
  jsonb_array_elements_text(way.value) WITH ORDINALITY AS number (value, place)
WHERE number.value::bigint > 0
UNION ALL SELECT id, region, '', NULL, benefits FROM payment_forecast
"""


class Migration(migrations.Migration):
    dependencies = [
        ("payment", "0003_forecast"),
    ]

    operations = [
        migrations.CreateModel(
            name="ForecastLoad",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("region", models.CharField(max_length=12)),
                ("way", models.CharField(blank=True, max_length=8)),
                ("month", models.DateField(null=True)),
                ("benefits", models.BigIntegerField()),
                (
                    "forecast",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="loads",
                        to="payment.forecast",
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["forecast", "region"], name="load_by_region")],
            },
        ),
        migrations.RunSQL(KEEP, migrations.RunSQL.noop),
        migrations.RemoveField(
            model_name="forecast",
            name="horizon",
        ),
    ]
