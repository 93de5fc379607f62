"""Nobody stops while a source that could have proved life is missing, late or full of errors (issue C, N-C1)."""

from datetime import date, timedelta

import pytest

from anling.access.roles import Role
from anling.audit.scope import within
from anling.feeds.models import Batch
from anling.payment.models import PayLine, PayRun
from anling.payment.runs.holding import tell_drafts
from anling.policy import load
from anling.policy.catalogue import Feed
from anling.roster.models import Benefit
from tests.support.pay import HERE, STOP, PayOffice, on
from tests.support.platform import officer
from tests.support.visit import visitor

pytestmark = pytest.mark.usefixtures("db")


def _covering(feed: str, until: date) -> None:
    with within(HERE):
        Batch.objects.filter(feed=feed).update(covers_to=until)


def _office() -> tuple[PayOffice, Benefit]:
    office = PayOffice()
    benefit = office.benefit()
    office.warned(benefit)
    return office, benefit


def _line(run: PayRun) -> tuple[str, str]:
    with within(HERE):
        line = PayLine.objects.get(run=run)
    return line.state, line.holds


# a usual delay of some days, to which 15 days of grace are added; the draft is made on 6 August
@pytest.mark.parametrize(("days", "held"), [(0, False), (1, True)])
def test_a_late_source_of_signs_of_life_holds_everybody_and_one_in_its_grace_nobody(days: int, held: bool) -> None:
    office, _ = _office()
    feed = _needed_for_life()
    _covering(feed.code, on(6).date() - timedelta(days=feed.usual_delay_days + 15 + days))
    run = office.drafted()
    assert run.counts["late_feeds"] == ([feed.code] if held else [])
    assert _line(run) == (("held", "held_feed_unhealthy") if held else ("proposed", ""))


def test_a_late_source_that_only_knows_of_losses_holds_nobody() -> None:
    office, _ = _office()
    _covering("police_death", date(2026, 1, 1))
    run = office.drafted()
    assert (run.counts["late_feeds"], _line(run)) == ([], ("proposed", ""))


def test_a_late_source_that_is_not_needed_holds_nobody() -> None:
    office, _ = _office()
    _covering("civil_marriage", date(2026, 1, 1))
    assert _line(office.drafted()) == ("proposed", "")


def _quarantined(feed: str, rows: int) -> None:
    """So many of the hundred thousand rows of a feed."""
    with within(HERE):
        Batch.objects.filter(feed=feed).update(quarantined=rows)


# decision.yaml: over 0.05 of the rows
@pytest.mark.parametrize(("rows", "held"), [(5_000, False), (5_001, True)])
def test_a_source_of_signs_of_life_with_more_errors_than_the_policy_bears_holds_everybody(
    rows: int, held: bool
) -> None:
    office, _ = _office()
    feed = _needed_for_life()
    _quarantined(feed.code, rows)
    run = office.drafted()
    assert run.counts["faulty_feeds"] == ([feed.code] if held else [])
    assert _line(run) == (("held", "held_feed_unhealthy") if held else ("proposed", ""))


@pytest.mark.parametrize("feed", ["police_death", "civil_marriage"])
def test_errors_of_a_source_that_knows_of_losses_or_is_not_needed_hold_nobody(feed: str) -> None:
    office, _ = _office()
    _quarantined(feed, 50_000)
    run = office.drafted()
    assert (run.counts["faulty_feeds"], _line(run)) == ([], ("proposed", ""))


def test_rows_that_were_put_right_and_came_again_hold_nobody_any_more() -> None:
    office, _ = _office()
    feed = _needed_for_life()
    _quarantined(feed.code, 5_500)
    assert office.drafted().counts["faulty_feeds"] == [feed.code]
    with within(HERE):
        faulty = Batch.objects.get(feed=feed.code)
        Batch.objects.create(
            feed=feed.code, batch="all, corrected", corrects=faulty, state="ready", delivered_at=on(2),
            received_at=on(2), settled_at=on(1), covers_from=faulty.covers_from, covers_to=faulty.covers_to,
            rows=5_500, quarantined=500,
        )  # fmt: skip
    run = office.drafted()
    assert (run.counts["faulty_feeds"], _line(run)) == ([], ("proposed", ""))


def test_late_and_full_of_errors_it_is_told_as_both() -> None:
    office, _ = _office()
    feed = _needed_for_life()
    _covering(feed.code, date(2026, 1, 1))
    _quarantined(feed.code, 50_000)
    run = office.drafted()
    assert (run.counts["late_feeds"], run.counts["faulty_feeds"]) == ([feed.code], [feed.code])


def test_missing_it_is_told_as_missing_and_not_as_late() -> None:
    office, _ = _office()
    feed = _needed_for_life()
    with within(HERE):
        Batch.objects.filter(feed=feed.code).update(state="refused")
    run = office.drafted()
    assert (run.counts["blind_feeds"], run.counts["late_feeds"]) == ([feed.code], [])


def test_what_a_draft_is_told_later_waits_for_the_late_source_too() -> None:
    office, benefit = _office()
    office.handed_over()
    with within(HERE):
        PayLine.objects.filter(benefit=benefit).update(state="refused")
    _covering(_needed_for_life().code, date(2026, 1, 1))
    run = office.drafted(STOP + 1)
    with within(HERE):
        tell_drafts([benefit], why="test", by=office.clerk, at=on(7, 9))
    assert _line(run) == ("held", "held_feed_unhealthy")


def test_the_page_and_every_line_name_the_source() -> None:
    office, _ = _office()
    feed = _needed_for_life()
    _covering(feed.code, date(2026, 1, 1))
    run = office.drafted()
    client = visitor()
    client.force_login(officer("one", Role.CLERK, "4401"))
    page = client.get(f"/office/payruns/{run.pk}").content.decode()
    assert f"Sources of signs of life that are late: {feed.label_en}" in page
    lines = client.get(f"/office/payruns/{run.pk}/lines").content.decode()
    assert f"is missing, late, full of errors or not compared yet: {feed.label_en}" in lines


def test_the_pages_of_the_run_and_of_the_feed_tell_of_too_many_errors() -> None:
    office, _ = _office()
    feed = _needed_for_life()
    client = visitor()
    client.force_login(officer("one", Role.CLERK, "4401"))
    address = f"/office/feeds/{feed.code}"
    assert "Too many rows in quarantine" not in client.get(address).content.decode()
    _quarantined(feed.code, 6_000)
    run = office.drafted()
    page = client.get(f"/office/payruns/{run.pk}").content.decode()
    assert f"have them put right, then draft anew: {feed.label_en}" in page
    lines = client.get(f"/office/payruns/{run.pk}/lines").content.decode()
    assert f"full of errors or not compared yet: {feed.label_en}" in lines
    shown = client.get(address).content.decode()
    assert "Too many rows in quarantine" in shown
    assert "That is more than 5 %" in shown
    assert "nobody's pay stops for want of certification" in shown
    assert "Too many rows in quarantine" in client.get("/office/feeds").content.decode()


def _needed_for_life() -> Feed:
    return next(feed for feed in load().catalogue(on(6).date()).required if feed.proves_life)
