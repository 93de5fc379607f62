"""The tables of the office as files: as they are filtered and sorted on their page, each time a recorded act."""

from __future__ import annotations

from typing import Any

from django.http.response import HttpResponseBase
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.http import require_POST

from anling.access import queries as access
from anling.access.pages import OfficerRequest, allow
from anling.access.roles import Act
from anling.access.taking_out import note_officers_taken_out
from anling.casework import queries as casework
from anling.comparison import queries as comparison
from anling.payment import queries as payment
from anling.roster import queries as roster
from anling.roster.masking import masked
from anling.territory import queries as territory
from anling.web.labels import label
from anling.web.officer.administration import officers as officer_pages
from anling.web.officer.casework import appeals as appeal_pages
from anling.web.officer.casework import findings as finding_pages
from anling.web.officer.comparison import runs as run_pages
from anling.web.officer.feeds import feeds as feed_pages
from anling.web.officer.payment import mismatches as mismatch_pages
from anling.web.officer.payment import payruns as payrun_pages
from anling.web.officer.roster import cleanup as cleanup_pages
from anling.web.officer.roster import imports as import_pages
from anling.web.officer.roster import places as place_pages
from anling.web.officer.spreadsheets import taken_out
from anling.web.officer.tables import in_order
from anling.web.officer.words.case_words import APPEAL_STATES, OUTCOMES, WAYS_OF_APPEAL, word
from anling.web.officer.words.pay_words import EVENTS, MISMATCHES, RUN_STATES
from anling.web.templatetags.roster import pay_status_words

_AT_ONCE = 2_000


def _named(found: Any, field: str = "region") -> dict[str, str]:
    """The names of all regions of some rows, in one query each for codes and names."""
    return territory.names_of(found.order_by().values_list(field, flat=True).distinct())


@allow(Act.CORRECT)
@require_POST
def cleanup(request: OfficerRequest) -> HttpResponseBase:
    """One queue of the clean-up."""
    kind = cleanup_pages.kind_of(request.POST)
    found = in_order(request.POST, roster.findings(kind), cleanup_pages.COLUMNS)
    names, title = _named(found), str(cleanup_pages.KINDS[kind])
    header = ("finding", "name", "id_number", "region", "region_name", "benefit_no", "ours", "theirs", "found_on")
    return taken_out(request, "cleanup", {"kind": kind}, header, (
        (title, each.person.name, masked("id_number", each.person.id_number), each.region, names[each.region],
         masked("benefit_no", each.benefit.benefit_no) if each.benefit else "", pay_status_words(each.ours),
         pay_status_words(each.theirs), timezone.localdate(each.found_at))
        for each in found.select_related("person", "benefit").iterator(_AT_ONCE)
    ))  # fmt: skip


@allow(Act.IMPORT)
@require_POST
def imports(request: OfficerRequest) -> HttpResponseBase:
    """Roster files with what each has changed."""
    found = in_order(request.POST, roster.imports(), import_pages.COLUMNS)
    names, fates = _named(found), ("added", "changed", "unchanged", "rejected", "gone")
    header = ("file", "region", "region_name", "state", "received_at", "received_by", "ended_at", "ended_by", *fates)
    return taken_out(request, "imports", {}, header, (
        (each.file_name, each.region, names[each.region], str(label(each.state, "import_state")), each.received_at,
         each.received_label, each.ended_at, each.ended_label, *(each.counts.get(fate, 0) for fate in fates))
        for each in found.iterator(_AT_ONCE)
    ))  # fmt: skip


@allow(Act.EXPORT_LISTS)
@require_POST
def appeals(request: OfficerRequest) -> HttpResponseBase:
    """Appeals."""
    form, found = appeal_pages.asked(request.POST)
    found = in_order(request.POST, found, appeal_pages.COLUMNS)
    names = _named(found)
    header = ("reference", "name", "id_number", "region", "region_name", "contested", "way", "received", "state")
    return taken_out(request, "appeals", form.cleaned_data, header, (
        (each.reference, each.person.name, masked("id_number", each.person.id_number), each.region,
         names[each.region], each.text, word(WAYS_OF_APPEAL, each.way), each.at, word(APPEAL_STATES, each.state))
        for each in found.iterator(_AT_ONCE)
    ))  # fmt: skip


@allow(Act.EXPORT_LISTS)
@require_POST
def findings(request: OfficerRequest) -> HttpResponseBase:
    """Findings that wait for a second officer."""
    found = in_order(request.POST, casework.pending(), finding_pages.COLUMNS)
    names = _named(found)
    header = (
        "name", "id_number", "region", "region_name", "finding", "event", "day", "rests_on", "found_by", "found_at",
    )  # fmt: skip
    return taken_out(request, "findings", {}, header, (
        (each.person.name, masked("id_number", each.person.id_number), each.region, names[each.region],
         word(OUTCOMES, each.outcome), word(EVENTS, each.event) if each.event else "", each.day, each.note,
         each.doer_label, each.at)
        for each in found.iterator(_AT_ONCE)
    ))  # fmt: skip


@allow(Act.EXPORT_LISTS)
@require_POST
def mismatches(request: OfficerRequest) -> HttpResponseBase:
    """Differences between our books and those of the pay system."""
    found = in_order(request.POST, payment.mismatches(), mismatch_pages.COLUMNS)
    names = _named(found)
    header = ("what", "name", "benefit_no", "region", "region_name", "ours", "theirs", "pay_month")
    return taken_out(request, "mismatches", {}, header, (
        (str(MISMATCHES[each.kind]), each.benefit.person.name if each.benefit else "",
         masked("benefit_no", each.benefit.benefit_no) if each.benefit else "", each.region, names[each.region],
         each.ours, each.theirs, f"{each.run.month:%Y-%m}" if each.run else "")
        for each in found.iterator(_AT_ONCE)
    ))  # fmt: skip


@allow(Act.EXPORT_LISTS)
@require_POST
def feeds(request: OfficerRequest) -> HttpResponseBase:
    """The feeds of the catalogue with their health today."""
    header = (
        "feed", "name", "department", "required", "health", "rows_in_12_months", "rows_expected",
        "percent_in_quarantine", "percent_proved_right", "usual_delay_days", "last_delivery", "covers_up_to",
    )  # fmt: skip
    return taken_out(
        request, "feeds", {}, header, map(_feed, feed_pages.listed(request.POST, timezone.localdate()))
    )  # fmt: skip


def _feed(row: dict[str, Any]) -> tuple[object, ...]:
    source, last, right = row["health"].source, row["health"].last, row["precision"]
    return (
        row["code"], row["label"], row["department"], _yes(row["entry"].required),
        " · ".join(str(light.word) for light in row["lights"]), source.rows,
        "" if source.expected is None else round(source.expected),
        "" if row["error_percent"] is None else f"{row['error_percent']:.2f}",
        "" if right is None else f"{right.percent:.0f}", row["entry"].usual_delay_days,
        last.batch if last else "", source.covered_to,
    )  # fmt: skip


@allow(Act.EXPORT_LISTS)
@require_POST
def units(request: OfficerRequest) -> HttpResponseBase:
    """Managing units."""
    form, found = place_pages.units_asked(request.POST)
    found = in_order(request.POST, found, place_pages.UNIT_COLUMNS)
    names = _named(found, "region_id")
    header = ("code", "name", "kind", "region", "region_name", "phone")
    return taken_out(request, "units", form.cleaned_data, header, (
        (each.code, each.name, str(place_pages.KINDS[each.kind]), each.region_id, names[each.region_id], each.phone)
        for each in found.iterator(_AT_ONCE)
    ))  # fmt: skip


@allow(Act.EXPORT_LISTS)
@require_POST
def runs(request: OfficerRequest) -> HttpResponseBase:
    """Comparisons."""
    found = in_order(request.POST, comparison.runs_seen(), run_pages.COLUMNS)
    names = _named(found)
    header = ("run", "as_of", "known_at", "state", "region", "region_name", "asked_by", "asked_at", "what_for")
    return taken_out(request, "runs", {}, header, (
        (each.pk, each.as_of, each.known_at, str(run_pages.STATES[each.state][0]), each.region, names[each.region],
         each.asked_by_label, each.asked_at, each.reason)
        for each in found.iterator(_AT_ONCE)
    ))  # fmt: skip


@allow(Act.EXPORT_LISTS)
@require_POST
def payruns(request: OfficerRequest) -> HttpResponseBase:
    """Pay runs."""
    found = in_order(request.POST, payment.runs(), payrun_pages.RUN_COLUMNS)
    names = _named(found)
    header = ("month", "region", "region_name", "state", "drafted_at", "drafted_by", "signed_by", "approved_by")
    return taken_out(request, "payruns", {}, header, (
        (f"{each.month:%Y-%m}", each.region, names[each.region], str(RUN_STATES[each.state][0]), each.proposed_at,
         each.proposer_label, each.signer_label, each.approver_label)
        for each in found.iterator(_AT_ONCE)
    ))  # fmt: skip


@allow(Act.ADMINISTER_ACCESS)
@require_POST
def officers(request: OfficerRequest) -> HttpResponseBase:
    """Officers with the roles that they hold today."""
    day = timezone.localdate()
    form, found = officer_pages.asked(request.POST, day)
    found = in_order(request.POST, found, officer_pages.COLUMNS)
    names = territory.names_of(access.granted_regions())
    told = {**form.cleaned_data}
    if told.get("search"):
        told["search"] = roster.text_told(told["search"])
    header = ("name", "username", "roles_today", "last_sign_in", "switched_on")
    return taken_out(request, "officers", told, header, (
        (each.name, each.username, "; ".join(officer_pages.told_of(each, day, names)), each.last_login,
         _yes(each.is_active))
        for each in found.iterator(_AT_ONCE)
    ), note=note_officers_taken_out)  # fmt: skip


def _yes(true: bool) -> str:
    return gettext("yes") if true else gettext("no")
