"""Books follow the lines that the pay system carried out; arrears keep their months; one live recovery a benefit."""

import django.db.models.deletion
from django.db import migrations, models

# what was expected of a stop when it was written no longer counts; what was withheld before our records does
EXPECTED = """
UPDATE payment_payfact AS f SET effective = NULL
WHERE f.effective IS NOT NULL AND NOT EXISTS (
    SELECT 1 FROM roster_change AS c
    WHERE c.benefit_id = f.benefit_id AND c.source = f.source AND (
        (c.field = 'pay_status' AND c.before = 'suspended') OR (c.field = 'suspend_reason' AND c.before <> ''))
    AND NOT EXISTS (
        SELECT 1 FROM payment_payfact AS h WHERE h.benefit_id = f.benefit_id AND h.id < f.id AND h.what = 'stop'))
"""
# arrears on their way: the months of the line, each with an equal part, the last with the cents that are left
PARTS = """
UPDATE payment_payline AS l SET parts = (
    SELECT jsonb_agg(jsonb_build_array(to_char(l.from_month + (place - 1) * interval '1 month', 'YYYY-MM'), (
        CASE WHEN place < n.months THEN round(l.amount / n.months, 2)
        ELSE l.amount - round(l.amount / n.months, 2) * (n.months - 1) END)::text) ORDER BY place)
    FROM (SELECT (12 * extract(year FROM age(l.to_month, l.from_month)) + extract(month FROM age(l.to_month, l.from_month))
        + 1)::int AS months) AS n, generate_series(1, n.months) AS place)
WHERE l.action = 'arrears' AND l.amount IS NOT NULL AND l.from_month IS NOT NULL AND l.to_month IS NOT NULL
"""
# of several live recoveries of a benefit, whose sums were the same, the oldest goes on for the months of all
ONE = """
WITH live AS (
    SELECT benefit_id, min(id) AS kept, min(from_month) AS first, max(to_month) AS last, max(overpaid) AS overpaid
    FROM payment_recovery WHERE state IN ('open', 'ordered', 'agreed') GROUP BY benefit_id HAVING count(*) > 1),
longer AS (
    UPDATE payment_recovery AS r SET from_month = live.first, to_month = live.last, overpaid = live.overpaid
    FROM live WHERE r.id = live.kept)
UPDATE payment_recovery AS r SET state = 'cancelled', ended_at = now()
FROM live WHERE r.benefit_id = live.benefit_id AND r.id <> live.kept AND r.state IN ('open', 'ordered', 'agreed')
"""
# since when a benefit was not paid follows it into another region, as its facts do
FOLLOW = """
CREATE OR REPLACE FUNCTION payment_follow() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  UPDATE public.payment_payfact SET region = NEW.region WHERE benefit_id = NEW.id;
  UPDATE public.payment_recovery SET region = NEW.region WHERE benefit_id = NEW.id;
  UPDATE public.payment_mismatch SET region = NEW.region WHERE benefit_id = NEW.id;
  {earlier}RETURN NULL;
END $$;
"""
EARLIER = "UPDATE public.payment_earlierstop SET region = NEW.region WHERE benefit_id = NEW.id;\n  "


class Migration(migrations.Migration):
    dependencies = [
        ("payment", "0005_follow"),
        ("roster", "0004_when_a_benefit_was_written"),
    ]

    operations = [
        migrations.AddField(
            model_name="payline",
            name="parts",
            field=models.JSONField(default=list, help_text="of arrears: [[month, yuan], …], which come to the amount"),
        ),
        migrations.AddIndex(
            model_name="payline",
            index=models.Index(condition=models.Q(("state", "refused")), fields=["benefit"], name="line_refused"),
        ),
        migrations.AlterField(
            model_name="payfact",
            name="effective",
            field=models.DateField(help_text="of a stop from before our records: first day not paid", null=True),
        ),
        migrations.AlterField(
            model_name="recovery",
            name="overpaid",
            field=models.DecimalField(decimal_places=2, help_text="yuan, as the months are known", max_digits=14),
        ),
        migrations.AddField(
            model_name="recovery",
            name="payer",
            field=models.ForeignKey(
                help_text="of the same person, kept back from its pay",
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="roster.benefit",
            ),
        ),
        migrations.RunSQL(EXPECTED, migrations.RunSQL.noop),
        migrations.RunSQL(PARTS, migrations.RunSQL.noop),
        migrations.RunSQL(ONE, migrations.RunSQL.noop),
        migrations.RunSQL("SET CONSTRAINTS ALL IMMEDIATE", migrations.RunSQL.noop),
        migrations.RemoveConstraint(model_name="recovery", name="one_recovery_per_cause"),
        migrations.AddConstraint(
            model_name="recovery",
            constraint=models.UniqueConstraint(
                condition=models.Q(("state__in", ("open", "ordered", "agreed"))),
                fields=("benefit",),
                name="one_live_recovery",
            ),
        ),
        migrations.CreateModel(
            name="EarlierStop",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("region", models.CharField(max_length=12)),
                ("month", models.DateField(help_text="first day of the first month not paid")),
                ("paper", models.CharField(help_text="on which it rests", max_length=200)),
                ("proposer", models.CharField(max_length=80)),
                ("proposer_label", models.CharField(max_length=120)),
                ("proposed_at", models.DateTimeField()),
                ("approver", models.CharField(blank=True, max_length=80)),
                ("approver_label", models.CharField(blank=True, max_length=120)),
                ("approved_at", models.DateTimeField(null=True)),
                (
                    "benefit",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT, related_name="earlier_stop", to="roster.benefit"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("approver", ""),
                            models.Q(("approver", models.F("proposer")), _negated=True),
                            _connector="OR",
                        ),
                        name="earlier_stop_by_two",
                    ),
                ],
            },
        ),
        migrations.RunSQL(FOLLOW.format(earlier=EARLIER), FOLLOW.format(earlier="")),
    ]
