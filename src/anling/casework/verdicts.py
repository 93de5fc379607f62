"""What closed cases say of departments' records: confirmed or refuted; precision by feed; what a department is told."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

from django.db import transaction
from django.db.models import Count, Q
from django.utils import timezone
from django.utils.translation import gettext

from anling.access.permissions import require
from anling.access.roles import Act
from anling.audit import scope
from anling.audit.kinds import Kind
from anling.audit.operations import Subject, record
from anling.audit.values import Actor
from anling.casework.errors import CaseError
from anling.casework.models import Case, Finding, Outcome, SourceVerdict
from anling.comparison.models import Evidence
from anling.engines.cells import guarded
from anling.rules.evidence import Sign

Verdict = SourceVerdict.Verdict
_CONFIRMED, _REFUTED = Verdict.CONFIRMED.value, Verdict.REFUTED.value
_SAYS: Mapping[str, Mapping[str, str]] = {
    Outcome.ALIVE: {Sign.DEATH: _REFUTED, Sign.MISSING: _REFUTED, Sign.CUSTODY: _REFUTED, Sign.LIFE: _CONFIRMED},
    Outcome.MOVED: {Sign.DEATH: _REFUTED, Sign.MISSING: _REFUTED, Sign.LIFE: _CONFIRMED},
    Outcome.DEAD: {Sign.DEATH: _CONFIRMED},
    Outcome.IN_CUSTODY: {Sign.CUSTODY: _CONFIRMED, Sign.DEATH: _REFUTED, Sign.MISSING: _REFUTED},
    Outcome.MISSING: {Sign.MISSING: _CONFIRMED},
    Outcome.DOUBLE_BENEFIT: {Sign.DOUBLE_BENEFIT: _CONFIRMED},
    Outcome.NATIONALITY_LOST: {Sign.DEATH: _REFUTED, Sign.MISSING: _REFUTED},
    Outcome.SOURCE_ERROR: {Sign.DEATH: _REFUTED, Sign.MISSING: _REFUTED, Sign.CUSTODY: _REFUTED,
                           Sign.DOUBLE_BENEFIT: _REFUTED},
    Outcome.CANNOT_BE_FOUND: {},
}  # fmt: skip
COLUMNS = ("feed", "batch", "row_id", "verdict", "case", "found_on", "why")


@dataclass(frozen=True, slots=True)
class Precision:
    """How often a feed's records were right, by closed cases in the scope."""

    confirmed: int = 0
    refuted: int = 0

    @property
    def share(self) -> float | None:
        """Confirmed of all that were settled; None before the first."""
        settled = self.confirmed + self.refuted
        return self.confirmed / settled if settled else None

    @property
    def percent(self) -> float | None:
        """The share in per cent."""
        return None if self.share is None else 100 * self.share


@dataclass(frozen=True, slots=True)
class Notice:
    """A correction notice: its file name, and the file as UTF-8 CSV with a byte-order mark."""

    name: str
    content: bytes
    rows: int


def records_of(case: Case) -> list[Evidence]:
    """The records on which a case rests, the newest first."""
    named = {tuple(place) for place in case.evidence}
    rows = Evidence.objects.filter(run=case.run, person=case.person_id).order_by("-event_date", "feed", "row_id")
    return [row for row in rows if (row.feed, row.batch, row.row_id) in named]


def suggested(records: Sequence[Evidence], outcome: str) -> dict[tuple[str, str, str], str]:
    """What a finding says of each record; a record about another question, or a later sign of life, has no verdict."""
    says = _SAYS[outcome]
    return {(each.feed, each.batch, each.row_id): says[each.sign] for each in records if each.sign in says}


def record_verdicts(finding: Finding, *, by: Actor, at: datetime) -> int:
    """Keep what a final finding says of records; how many. A later finding of the same case replaces the earlier."""
    rows = [
        SourceVerdict(
            case_id=finding.case_id, person_id=finding.person_id, region=finding.region, feed=feed, batch=batch,
            row_id=row_id, verdict=verdict, why=finding.outcome, at=at, doer_label=by.label, told_at=None, notice="",
        )
        for feed, batch, row_id, verdict in finding.verdicts
    ]  # fmt: skip
    SourceVerdict.objects.bulk_create(
        rows, update_conflicts=True, unique_fields=["case", "feed", "batch", "row_id"],
        update_fields=["verdict", "why", "at", "doer_label", "told_at", "notice"],
    )  # fmt: skip
    return len(rows)


def precision() -> dict[str, Precision]:
    """By feed, of what the scope sees; a feed without a verdict is not among them."""
    scope.current()
    confirmed, refuted = (Count("id", filter=Q(verdict=word)) for word in (_CONFIRMED, _REFUTED))
    counted = SourceVerdict.objects.values_list("feed").annotate(confirmed=confirmed, refuted=refuted).order_by()
    return {feed: Precision(yes, no) for feed, yes, no in counted}


def untold(feed: str) -> int:
    """How many refuted records of a feed no notice has named yet."""
    scope.current()
    return SourceVerdict.objects.filter(feed=feed, verdict=_REFUTED, notice="").count()


def notices(feed: str) -> list[tuple[str, datetime]]:
    """The notices that were made for a feed, the newest first."""
    scope.current()
    made = SourceVerdict.objects.filter(feed=feed).exclude(notice="").values_list("notice", "told_at").distinct()
    return [(name, at) for name, at in made.order_by("-told_at")[:50] if at]


@transaction.atomic
def make_notice(*, feed: str, by: Actor, at: datetime, again: str = "") -> Notice:
    """A file that names a department's records which proved wrong and no notice has named yet.

    It holds the department's own keys and no name or number of a person. again: the name of an earlier notice, which
    is written once more. Raises CaseError where nothing is to be told; NotAllowedError.
    """
    within = scope.current()
    require(by, Act.WORK_CASES, within.prefix)
    name = again or f"{feed}-{within}-{timezone.localtime(at):%Y%m%d-%H%M%S}.csv"
    found = SourceVerdict.objects.select_for_update().filter(feed=feed, verdict=_REFUTED, notice=again)
    rows = list(found.order_by("id"))
    if not rows:
        raise CaseError(gettext("No record of this feed has proved wrong since the last notice."))
    if not again:
        SourceVerdict.objects.filter(pk__in=[row.pk for row in rows]).update(told_at=at, notice=name)
    content = _file(rows)
    record(
        Kind.CORRECTION_NOTICE_MADE, by=by, at=at, on=Subject("feed", feed, within.prefix), rows=len(rows),
        after={"notice": name}, content_hash=sha256(content).hexdigest(),
    )  # fmt: skip
    return Notice(name, content, len(rows))


def _file(rows: Sequence[SourceVerdict]) -> bytes:
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(COLUMNS)
    for row in rows:
        cells = (row.feed, row.batch, row.row_id, row.verdict, row.case_id, timezone.localdate(row.at), row.why)
        writer.writerow([guarded(str(cell)) for cell in cells])
    return ("\ufeff" + text.getvalue()).encode()


def refute(finding: Finding, *, by: Actor, at: datetime) -> int:
    """The records that a finding had confirmed prove wrong: they count against their feeds, and its department is told.

    How many. The finding itself stays as it was made.
    """
    rows = [
        SourceVerdict(
            case_id=finding.case_id, person_id=finding.person_id, region=finding.region, feed=feed, batch=batch,
            row_id=row_id, verdict=_REFUTED, why=Outcome.SOURCE_ERROR, at=at, doer_label=by.label, told_at=None,
            notice="",
        )
        for feed, batch, row_id, verdict in finding.verdicts
        if verdict == _CONFIRMED
    ]  # fmt: skip
    SourceVerdict.objects.bulk_create(
        rows, update_conflicts=True, unique_fields=["case", "feed", "batch", "row_id"],
        update_fields=["verdict", "why", "at", "doer_label", "told_at", "notice"],
    )  # fmt: skip
    return len(rows)
