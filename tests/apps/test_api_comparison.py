"""What client systems read of feeds, comparisons and passes, and that they need not read it twice."""

from django.db import connection
from django.test.utils import CaptureQueriesContext

from anling.comparison.models import Run
from tests.support.client import all_rows, caller, read
from tests.support.platform import flushed
from tests.support.province import Office, finished, office

__all__ = ["finished", "flushed", "office"]


def test_a_run_its_lists_and_its_decisions_agree(office: Office, finished: Run) -> None:
    del office
    ours = caller("4401")
    (run,) = read(ours.get("/runs"))["items"]
    assert (run["number"], run["state"], run["content_hash"]) == (finished.pk, "done", finished.content_hash)
    counts = read(ours.get(f"/runs/{finished.pk}/lists"))["items"]
    decisions = all_rows(ours, f"/runs/{finished.pk}/decisions?limit=200")
    assert {str(row["region"])[:4] for row in decisions} == {"4401"}
    assert len(decisions) == sum(row["benefits"] for row in counts)
    eligible = all_rows(ours, f"/runs/{finished.pk}/decisions?limit=500&list=eligible")
    assert len(eligible) == sum(row["benefits"] for row in counts if row["list"] == "eligible")
    assert all(row["pass_month"] and row["deciding"] for row in eligible)
    keys = [(row["region"], row["benefit"]) for row in decisions]
    assert keys == sorted(set(keys))
    assert ours.get(f"/runs/{finished.pk}/decisions?reason=because").status_code == 422
    assert ours.get("/runs/99/lists").status_code == 404


def test_more_decisions_need_no_more_queries(office: Office, finished: Run) -> None:
    del office
    ours = caller("44")

    def asked(limit: int) -> int:
        with CaptureQueriesContext(
            connection,
        ) as seen:
            assert ours.get(f"/runs/{finished.pk}/decisions?limit={limit}").status_code == 200
        return len(seen)

    assert asked(1) == asked(400)


def test_feeds_say_how_they_stand_and_nobody_without_the_scope_reads_them(office: Office) -> None:
    del office
    feeds = {row["code"]: row for row in read(caller("44").get("/feeds"))["items"]}
    assert feeds["police_death"]["states"] == ["missing"]
    assert caller("44", scopes="people:read").get("/feeds").status_code == 403
    assert read(caller("44").get("/batches"))["items"] == []
