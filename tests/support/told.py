"""Whether everybody whose pay runs changed was told so, exactly once, and of the right sum."""

from django.db import connections

_NOT_ONCE = "count(n.id) = 0 OR count(n.id) FILTER (WHERE n.state <> 'undeliverable') > 1"
"""What a run tells again, because it was refused, goes by another channel where the first notice did not arrive."""
_WITHOUT = f"""
SELECT l.action, r.month, b.benefit_no, count(n.id)
FROM payment_payline l JOIN payment_payrun r ON r.id = l.run_id JOIN roster_benefit b ON b.id = l.benefit_id
LEFT JOIN notices_notice n ON n.benefit_id = l.benefit_id AND n.about = left(l.fact, 60)
    AND (l.action, n.kind) IN (('stop', 'suspension'), ('end', 'end'), ('resume', 'restoration'), ('resume', 'apology'))
WHERE r.state IN ('exported', 'acknowledged', 'closed') AND l.state IN ('approved', 'done', 'refused')
    AND l.action IN ('stop', 'end', 'resume')
GROUP BY l.id, r.id, b.id HAVING {_NOT_ONCE}
"""
_STRANGERS = """
SELECT n.kind, n.about, b.benefit_no, 0 FROM notices_notice n JOIN roster_benefit b ON b.id = n.benefit_id
WHERE n.kind IN ('suspension', 'end', 'restoration', 'arrears') AND NOT EXISTS (
    SELECT 1 FROM payment_payline l JOIN payment_payrun r ON r.id = l.run_id
    WHERE l.benefit_id = n.benefit_id AND left(l.fact, 60) = n.about AND l.state IN ('approved', 'done', 'refused')
        AND r.state IN ('exported', 'acknowledged', 'closed'))
"""
_SUMS = """
SELECT r.month, b.benefit_no, n."values" ->> 'arrears', a.amount::text
FROM notices_notice n JOIN roster_benefit b ON b.id = n.benefit_id
JOIN payment_payline l ON l.benefit_id = n.benefit_id AND l.action = 'resume' AND left(l.fact, 60) = n.about
JOIN payment_payrun r ON r.id = l.run_id AND r.state IN ('exported', 'acknowledged', 'closed')
LEFT JOIN payment_payline a ON a.run_id = l.run_id AND a.benefit_id = l.benefit_id AND a.action = 'arrears'
    AND a.state IN ('approved', 'done', 'refused')
WHERE n.kind = 'restoration' AND n."values" ->> 'resume' = to_char(r.month, 'YYYY-MM')
    AND (n."values" ->> 'arrears') IS DISTINCT FROM a.amount::text
"""
"""A refused resumption is told again only to whom the first notice did not reach, with the sum of its own run."""
_ARREARS = f"""
SELECT r.month, b.benefit_no, l.amount, count(n.id)
FROM payment_payline l JOIN payment_payrun r ON r.id = l.run_id JOIN roster_benefit b ON b.id = l.benefit_id
LEFT JOIN payment_payline g ON g.run_id = l.run_id AND g.benefit_id = l.benefit_id AND g.action = 'resume'
    AND g.state IN ('approved', 'done', 'refused') AND NOT EXISTS (
        SELECT 1 FROM payment_payline e JOIN payment_payrun f ON f.id = e.run_id
        WHERE e.benefit_id = g.benefit_id AND e.fact = g.fact AND e.state = 'refused' AND f.month < r.month)
LEFT JOIN notices_notice n ON n.benefit_id = l.benefit_id AND (
    (n.kind = 'arrears' AND n.about = l.fact) OR (n.kind = 'apology' AND n.about = g.fact)
    OR (n.kind = 'restoration' AND n."values" ->> 'resume' = to_char(r.month, 'YYYY-MM'))
    OR (n.kind = 'apology' AND g.id IS NULL AND n."values" ->> 'resume' = to_char(r.month, 'YYYY-MM')))
    AND coalesce(n."values" ->> 'arrears', n."values" ->> 'estate') = l.amount::text
WHERE r.state IN ('exported', 'acknowledged', 'closed') AND l.state IN ('approved', 'done', 'refused')
    AND l.action = 'arrears'
GROUP BY l.id, r.id, b.id HAVING {_NOT_ONCE}
"""
_OFFSETS = f"""
SELECT l.fact, b.benefit_no, l.amount, count(n.id)
FROM payment_payline l JOIN payment_payrun r ON r.id = l.run_id JOIN roster_benefit b ON b.id = l.benefit_id
LEFT JOIN notices_notice n ON n.benefit_id = l.benefit_id AND n.kind = 'offset'
    AND n.about = split_part(l.fact, ':payrun:', 1)
WHERE r.state IN ('exported', 'acknowledged', 'closed') AND l.state IN ('approved', 'done', 'refused')
    AND l.action = 'offset'
GROUP BY l.id, b.id HAVING {_NOT_ONCE}
"""


def untold() -> list[str]:
    """Every change of pay without exactly one notice, every notice without one, every sum that is another."""
    found = []
    with connections["owner"].cursor() as cursor:
        asked = (
            (_WITHOUT, "not told once"), (_STRANGERS, "told of nothing"), (_SUMS, "another sum"),
            (_ARREARS, "arrears not told once"), (_OFFSETS, "kept back and not told once"),
        )  # fmt: skip
        for statement, said in asked:
            cursor.execute(statement)
            found += [f"{said}: {row}" for row in cursor.fetchall()]
    return found


def told() -> dict[str, int]:
    """How many notices there are, by kind."""
    with connections["owner"].cursor() as cursor:
        cursor.execute("SELECT kind, count(*) FROM notices_notice GROUP BY kind ORDER BY kind")
        return dict(cursor.fetchall())
