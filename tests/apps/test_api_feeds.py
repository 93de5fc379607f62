"""What client systems learn of the feeds: also how much of them was set aside."""

from datetime import timedelta

import pytest
from django.utils import timezone

from anling.audit.scope import within
from anling.audit.values import Scope
from anling.feeds.models import Batch
from anling.rules.months import Month
from tests.support.client import caller, read

pytestmark = pytest.mark.usefixtures("db")
FEED = "insurance_inpatient"


def _delivered(rows: int, quarantined: int) -> None:
    """One delivery of half a year ago, when nothing more is to be expected."""
    now = timezone.now()
    month = Month.of_date(now.date()) - 6
    with within(Scope("44")):
        Batch.objects.create(
            feed=FEED, batch="b", file_name="b.csv", state="ready", way="command", covers_from=month.first_day,
            covers_to=month.last_day, delivered_at=now - timedelta(days=90), received_at=now, settled_at=now, rows=rows,
            quarantined=quarantined, months={str(month): rows - quarantined}, doer="test", doer_label="test",
            responsible="44",
        )  # fmt: skip


@pytest.mark.parametrize(("quarantined", "faulty"), [(5, False), (6, True)])
def test_a_feed_says_how_much_is_set_aside_and_whether_it_is_too_much(quarantined: int, faulty: bool) -> None:
    _delivered(100, quarantined)
    (found,) = (row for row in read(caller("44").get("/feeds"))["items"] if row["code"] == FEED)
    assert (found["quarantined"], found["faulty"]) == (quarantined, faulty)
