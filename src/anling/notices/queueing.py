"""Notices into the queue, by one statement for one person or a million: who has been told is not told again."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

from django.db import connection

from anling.audit import scope
from anling.audit.values import Actor
from anling.notices.contacts import still_wrong
from anling.notices.models import Channel, Kind
from anling.notices.slots import next_open
from anling.notices.words import LANGUAGES, in_language
from anling.policy import NoticeRule

_DUE = "CREATE TEMPORARY TABLE notices_due ON COMMIT DROP AS {rows}"
_FRESH = "DROP TABLE IF EXISTS pg_temp.notices_due, pg_temp.notices_told, pg_temp.notices_made, pg_temp.notices_recent"
_FEW = 1000
_TOLD = """
CREATE TEMPORARY TABLE notices_told ON COMMIT DROP AS
SELECT n.benefit_id, n.about, array_agg(n.channel::text) AS used, bool_or(n.state <> 'undeliverable') AS live
FROM notices_notice n WHERE n.kind = %(kind)s AND {narrowed} GROUP BY n.benefit_id, n.about
"""
_OF_THESE = "n.benefit_id = ANY(ARRAY(SELECT benefit_id FROM notices_due))"
_OF_MANY = "n.about = ANY(ARRAY(SELECT DISTINCT about FROM notices_due))"
"""What was told before is read by benefit for a few, and in one go for many: no plan then looks it up row by row."""
_WRONG = """
SELECT w.benefit_id, w.channel, w.digest,
    CASE w.channel WHEN 'sms' THEN btrim(b.phone) WHEN 'post' THEN btrim(b.address) ELSE coalesce(s.open_id, '') END
FROM notices_wrongcontact w JOIN roster_benefit b ON b.id = w.benefit_id
LEFT JOIN notices_subscription s ON s.benefit_id = b.id AND s.ended_at IS NULL
WHERE w.benefit_id IN (SELECT benefit_id FROM notices_due)
"""
_MADE = """
CREATE TEMPORARY TABLE notices_made ON COMMIT DROP AS
SELECT reached.*, CASE
    WHEN phone <> '' AND NOT ('sms' = ANY(used) OR benefit_id = ANY(%(wrong_sms)s)) THEN 'sms'
    WHEN subscribed AND NOT ('wechat' = ANY(used) OR benefit_id = ANY(%(wrong_wechat)s)) THEN 'wechat'
    WHEN address <> '' AND NOT ('post' = ANY(used) OR benefit_id = ANY(%(wrong_post)s)) THEN 'post'
    WHEN used = '{}' THEN 'none' END AS channel
FROM (
    SELECT due.benefit_id, due.about, due.stop_month, due."values", p.language,
        coalesce((%(templates)s::jsonb -> p.language) ->> due.template, due.template) AS template,
        b.person_id, b.region, btrim(a.phone) AS agency_phone, btrim(b.phone) AS phone, btrim(b.address) AS address,
        EXISTS (SELECT 1 FROM notices_subscription s WHERE s.benefit_id = b.id AND s.ended_at IS NULL
            AND coalesce((s."left" ->> %(kind)s)::int, 0) > 0) AS subscribed,
        coalesce(told.used, '{}') AS used
    FROM notices_due AS due JOIN roster_benefit b ON b.id = due.benefit_id JOIN roster_person p ON p.id = b.person_id
    LEFT JOIN territory_agency a ON a.code = b.agency
    LEFT JOIN notices_told AS told ON told.benefit_id = due.benefit_id AND told.about = due.about
    WHERE told.live IS NOT TRUE
) AS reached
"""
_RECENT = """
CREATE TEMPORARY TABLE notices_recent ON COMMIT DROP AS
SELECT person_id, last FROM (
    SELECT n.person_id, coalesce(n.sent_at, n.send_after) AS last,
        row_number() OVER (PARTITION BY n.person_id ORDER BY coalesce(n.sent_at, n.send_after) DESC) AS place
    FROM notices_notice n
    WHERE n.channel <> 'post' AND n.state IN ('queued', 'sent', 'delivered')
      AND coalesce(n.sent_at, n.send_after) > %(at)s::timestamptz - interval '7 days' AND {narrowed}
) AS placed WHERE place = %(most)s
"""
_TO_THESE = "n.person_id = ANY(ARRAY(SELECT person_id FROM notices_made))"
_QUEUE = """
WITH added AS (
    INSERT INTO notices_notice
        (person_id, benefit_id, region, kind, about, stop_month, channel, language, template, "values", sent_to, state,
         why, tries, provider_id, address_digest, queued_at, queued_by, send_after, ended_at, unreached)
    SELECT person_id, benefit_id, region, %(kind)s, about, stop_month,
        CASE channel WHEN 'none' THEN 'post' ELSE channel END, language, template,
        "values" || jsonb_build_object('hotline', coalesce(nullif(agency_phone, ''), %(hotline)s::text)), '',
        CASE channel WHEN 'none' THEN 'undeliverable' ELSE 'queued' END,
        CASE channel WHEN 'none' THEN 'no_address' ELSE '' END, 0, '', '', %(at)s, %(by)s,
        CASE WHEN channel IN ('sms', 'wechat')
            THEN greatest(%(open)s::timestamptz, notices_recent.last + interval '7 days') ELSE %(at)s END,
        CASE channel WHEN 'none' THEN %(at)s::timestamptz END, channel = 'none'
    FROM notices_made LEFT JOIN notices_recent USING (person_id) WHERE channel IS NOT NULL
    ON CONFLICT (benefit_id, kind, about, channel) DO NOTHING
    RETURNING id, benefit_id, about, channel, state
)
SELECT count(*), count(*) FILTER (WHERE state = 'queued' AND channel = 'sms'),
    count(*) FILTER (WHERE state = 'queued' AND channel = 'wechat'),
    count(*) FILTER (WHERE state = 'queued' AND channel = 'post'),
    count(*) FILTER (WHERE state = 'undeliverable'),
    coalesce(encode(sha256(convert_to(string_agg(
        benefit_id || ' ' || about || ' ' || channel, ',' ORDER BY benefit_id, about), 'UTF8')), 'hex'), '')
FROM added
"""


@dataclass(frozen=True, slots=True)
class Queued:
    """How many notices were added, by what they travel; unreachable: undeliverable at once, a person has to see to it.

    content_hash: over who was told of what by which channel, as the trail keeps it.
    """

    count: int = 0
    sms: int = 0
    wechat: int = 0
    post: int = 0
    unreachable: int = 0
    content_hash: str = ""

    def by_channel(self) -> Mapping[str, int]:
        """The counts without their sum."""
        return {"sms": self.sms, "wechat": self.wechat, "post": self.post, "unreachable": self.unreachable}


def queue_set(rows: str, values: Mapping[str, Any], *, kind: Kind, rule: NoticeRule, by: Actor, at: datetime) -> Queued:
    """Queue the notices that a query names, in the running transaction and under its scope.

    rows: SELECT of benefit_id, about, stop_month (date or null), template and values (jsonb), at most one row for a
    benefit and `about`; with `values` as its parameters. A benefit that was told of `about` already, or whose notice of
    it was cancelled or overtaken, is left out; one whose notice did not arrive is told by the next channel that leads
    to them.
    Templates may be those of any language: each person is told in their own (roster.languages).
    The caller sees to the permission and to the entry in the trail.
    """
    scope.current()
    with connection.cursor() as cursor:
        cursor.execute(_FRESH)
        cursor.execute(_DUE.format(rows=rows), values)
        few = cursor.rowcount <= _FEW
        cursor.execute("ANALYZE notices_due")
        cursor.execute(_TOLD.format(narrowed=_OF_THESE if few else _OF_MANY), {"kind": kind.value})
        cursor.execute("ANALYZE notices_told")
        cursor.execute(_WRONG)
        wrong = still_wrong(cursor.fetchall())
        cursor.execute(
            _MADE,
            {"kind": kind.value, "templates": _in_languages(),
             **{f"wrong_{channel}": wrong[channel] for channel in Channel.values}},
        )  # fmt: skip
        cursor.execute("ANALYZE notices_made")
        narrowed = _TO_THESE if few else "true"
        cursor.execute(_RECENT.format(narrowed=narrowed), {"at": at, "most": rule.messages_per_week})
        cursor.execute("ANALYZE notices_recent")
        cursor.execute(
            _QUEUE,
            {"kind": kind.value, "hotline": rule.hotline, "at": at, "by": by.key, "open": next_open(rule, at)},
        )
        return Queued(*cursor.fetchone())


@cache
def _in_languages() -> str:
    """Language → template of any language → the one that says the same in it, as JSON."""
    return json.dumps({language: dict(in_language(language)) for language in LANGUAGES})
