"""Adding passes and revoking them: each in one transaction with its entry in the trail."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext

from anling.access.permissions import require
from anling.access.roles import Act
from anling.audit import scope
from anling.audit.kinds import Kind
from anling.audit.operations import Subject, record
from anling.audit.values import Actor, Scope
from anling.passes.errors import PassError
from anling.passes.models import Cover, Pass, Revocation, Way
from anling.passes.recording import Origin, Recorded, record_set
from anling.roster.models import Benefit
from anling.rules.months import Month

_ONE = """
SELECT b.person_id, b.id AS benefit_id, b.region, %(month)s::date AS month, %(shown_at)s::timestamptz AS shown_at,
    %(evidence)s::jsonb AS evidence
FROM roster_benefit b WHERE b.id = ANY(%(benefits)s)
"""
_IMPORTED = """
SELECT b.person_id, b.id AS benefit_id, b.region, b.last_pass_month AS month,
    b.last_pass_month::timestamptz AS shown_at, '[]'::jsonb AS evidence
FROM roster_benefit b
WHERE b.last_pass_month IS NOT NULL
  AND NOT EXISTS (SELECT 1 FROM passes_cover w
                  WHERE w.benefit_id = b.id AND w.month = b.last_pass_month AND w.way = 'imported')
  AND b.last_pass_month > coalesce(
      (SELECT max(c.month) FROM passes_cover c WHERE c.benefit_id = b.id
           AND NOT EXISTS (SELECT 1 FROM passes_revocation r WHERE r.made_id = c.made_id)),
      '-infinity'::date)
"""
"""Benefit by benefit through its index: right after an import nobody has counted the rows yet, and a join of two such
tables is planned as if they were short."""


@transaction.atomic
def record_pass(
    *, benefits: Sequence[Benefit], month: Month, shown_at: datetime, origin: Origin, by: Actor, at: datetime,
    evidence: Sequence[Any] = (),
) -> int:  # fmt: skip
    """One pass of one person, for all their benefits that are compared; its id. One source makes the same once.

    benefits: those for whose sake it is recorded, all of them in the doer's regions. Raises NotAllowedError; PassError
    for benefits of several people, none, or a month to come.
    """
    for benefit in benefits:
        require(by, Act.RECORD_PASS, benefit.region)
    people = {benefit.person_id for benefit in benefits}
    if len(people) != 1:
        raise PassError(gettext("A pass is of one person; name the benefits of one person that it covers."))
    if month > Month.of_date(timezone.localdate(at)):
        raise PassError(gettext("%(month)s is still to come; a pass counts for a month that has begun.")
                        % {"month": month})  # fmt: skip
    (person,) = people
    known = Pass.objects.filter(source=origin.source, person=person, month=month.first_day).first()
    if known:
        return int(known.pk)
    values = {
        "month": month.first_day, "shown_at": shown_at, "evidence": json.dumps(list(evidence)),
        "benefits": [benefit.pk for benefit in benefits],
    }  # fmt: skip
    record_set(_ONE, values, origin=origin, by=by, recorded_at=at)
    made = Pass.objects.get(source=origin.source, person=person, month=month.first_day)
    record(
        Kind.PASS_RECORDED, by=by, at=at, on=Subject("pass", str(made.pk), benefits[0].region),
        after={"month": str(month), "way": origin.way, "source": origin.source,
               "benefits": sorted(benefit.pk for benefit in benefits)},
    )  # fmt: skip
    return int(made.pk)


@transaction.atomic
def revoke_pass(*, made: int, reason: str, by: Actor, at: datetime) -> Revocation:
    """A pass that turns out to be none: it stays on record and counts no more. Raises PassError, NotAllowedError."""
    found = Pass.objects.filter(pk=made).first()
    if found is None:
        raise PassError(gettext("There is no such pass in your region."))
    region = Cover.objects.filter(made=found, elsewhere=False).values_list("region", flat=True).first()
    if region is None:
        raise PassError(gettext("Another region recorded this pass; ask its agency to revoke it."))
    require(by, Act.REVOKE_PASS, region)
    if not reason.strip():
        raise PassError(gettext("Say why the pass does not count."))
    _lock(f"pass:{made}")
    if Revocation.objects.filter(made=found).exists():
        raise PassError(gettext("The pass has been revoked already."))
    revoked = Revocation.objects.create(made=found, reason=reason.strip(), at=at, doer=by.key, doer_label=by.label)
    record(
        Kind.PASS_REVOKED, by=by, at=at, on=Subject("pass", str(made), region), reason=reason.strip(),
        before={"month": str(Month.of_date(found.month)), "way": found.way},
    )  # fmt: skip
    return revoked


@transaction.atomic
def adopt_imported(*, source: str, by: Actor, at: datetime) -> Recorded:
    """What the roster says of passes, where it is newer than ours: one pass of way `imported` each (platform.md).

    In the scope of the running transaction. Run again it finds nothing newer. A revoked one does not come back.
    """
    within: Scope = scope.current()
    require(by, Act.IMPORT, within.prefix)
    _lock("passes:imported")
    made = record_set(_IMPORTED, {}, origin=Origin(Way.IMPORTED, source), by=by, recorded_at=at)
    if made.covers:
        record(
            Kind.PASSES_ADOPTED, by=by, at=at, on=Subject("roster", source, within.prefix),
            after={"way": Way.IMPORTED, "benefits": made.covers}, rows=made.passes,
        )  # fmt: skip
    return made


def _lock(name: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [name])
