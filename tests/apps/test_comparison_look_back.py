"""A run as known at an earlier moment comes to what the run of that moment came to, whatever has happened since."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
import typer
from django.test import Client
from django.utils import timezone

from anling.access.models import Officer
from anling.audit.kinds import Kind
from anling.audit.models import Entry
from anling.audit.scope import within
from anling.audit.values import Actor, Scope
from anling.casework.adopting import adopt
from anling.casework.errors import CaseError
from anling.cli.options import moment
from anling.comparison import queries
from anling.comparison.errors import RunError
from anling.comparison.models import Run, State
from anling.comparison.operations import start
from anling.comparison.working import execute
from anling.feeds.roster_import import apply_file, check_file
from anling.passes.models import Way
from anling.passes.operations import record_pass
from anling.passes.recording import Origin
from anling.roster import correcting, merging, operations
from anling.roster.correcting import Identity
from anling.roster.models import Benefit
from anling.rules.months import Month
from tests.apps.deliveries import delivered, good, site_rooms, spoilt
from tests.intake.given import LI, WANG
from tests.support.client import caller, read
from tests.support.platform import HOME, clerk, empty
from tests.support.rosters import number, row, write

AS_OF = date(2024, 7, 31)
PROVINCE = Scope("44")


@dataclass
class Story:
    """A run of a province and one of a city, and all that was done after them."""

    folder: Path
    by: Actor
    first: Run
    city: Run
    since: Run

    @property
    def moment(self) -> datetime:
        """That of the first run."""
        assert self.first.snapshot_at
        return self.first.snapshot_at


@pytest.fixture(scope="module")
def story(database: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Story]:
    del database
    empty()
    folder, by = tmp_path_factory.mktemp("story"), clerk("44", "province")
    _load(folder / "first.csv", by, row(1, id_number=LI, name="李明"), row(2, id_number=WANG, name="王芳"), *_TWINS)
    delivered(good(folder / "one"), site_rooms(), by, timezone.now())
    first, city = _run(by), _run(by, region="4401")
    _change_everything(folder, by)
    yield Story(folder, by, first, city, _run(by))
    empty()


_TWINS = (row(3, name="李四海"), row(4, id_number=number(4)[:-1] + "x", name="李四海"))


def _load(path: Path, by: Actor, *rows: dict[str, str]) -> None:
    received = operations.receive(file_name=path.name, by=by, at=timezone.now())
    check_file(key=received.pk, path=write(path, *rows), home=HOME, by=by, at=timezone.now())
    apply_file(key=received.pk, by=by, at=timezone.now())


def _run(by: Actor, *, region: str = "44", known_at: datetime | None = None) -> Run:
    asked = start(region=region, as_of=AS_OF, reason="", by=by, at=timezone.now(), known_at=known_at)
    assert execute(run=asked.pk, region=region, now=timezone.now)
    with within(PROVINCE):
        ended = Run.objects.get(pk=asked.pk)
    assert (ended.state, ended.error) == (State.DONE, "")
    return ended


def _change_everything(folder: Path, by: Actor) -> None:
    """An import, a merge and its undoing, another merge, corrections, a pass, a delivery replaced and one more."""
    _load(
        folder / "second.csv", by, row(1, id_number=LI, name="李鸣", unit="U9"), row(2, id_number=WANG, name="王芳"),
        *_TWINS, row(5, name="赵六"),
    )  # fmt: skip
    with within(PROVINCE):
        people = {each.benefit_no: each for each in Benefit.objects.all()}
    keep, other = people["B3"].person_id, people["B4"].person_id
    with within(PROVINCE):
        made = merging.merge_people(keep=keep, other=other, reason="one", by=by, at=timezone.now(), confirmed=True)
    with within(PROVINCE):
        merging.undo_merge(merge=made.pk, reason="two", by=by, at=timezone.now())
    with within(PROVINCE):
        merging.merge_people(keep=other, other=keep, reason="one", by=by, at=timezone.now(), confirmed=True)
    with within(PROVINCE):
        said = Identity("王芳芳", "01", number(7), 2, date(1941, 2, 2))
        correcting.correct_person(person=people["B2"].person_id, said=said, reason="paper", by=by, at=timezone.now())
    with within(PROVINCE):
        moved = {"region": "440305"}
        correcting.correct_benefit(benefit=people["B2"].pk, said=moved, reason="moved", by=by, at=timezone.now())
    with within(PROVINCE):
        record_pass(
            benefits=[people["B1"]], month=Month.of_date(AS_OF), shown_at=timezone.now(),
            origin=Origin(Way.VISIT, "visit:1"), by=by, at=timezone.now(),
        )  # fmt: skip
    delivered(spoilt(folder / "two"), site_rooms(), by, timezone.now())
    delivered(good(folder / "three", name="b2.csv", batch="b2"), site_rooms(), by, timezone.now())


def test_it_comes_to_what_the_run_of_then_came_to(story: Story) -> None:
    assert story.since.snapshot_hash != story.first.snapshot_hash
    assert story.since.content_hash != story.first.content_hash
    assert story.first.report is not None
    again = _run(story.by, known_at=story.moment)
    assert again.snapshot_hash == story.first.snapshot_hash
    assert again.content_hash == story.first.content_hash
    assert again.report is not None
    assert [each["sha256"] for each in again.report["feeds"]] == [
        each["sha256"] for each in story.first.report["feeds"]
    ]
    started = Entry.objects.get(kind=Kind.RUN_STARTED, object_key=str(again.pk))
    assert (started.after or {})["known_at"] == story.moment.isoformat()


def test_a_city_sees_again_whom_it_paid_then(story: Story) -> None:
    again = _run(story.by, region="4401", known_at=story.city.snapshot_at)
    assert (again.snapshot_rows, again.snapshot_hash) == (4, story.city.snapshot_hash)
    assert again.content_hash == story.city.content_hash
    assert _run(story.by, region="4401").snapshot_rows == 4, "one moved away, one came"


def test_a_day_without_a_run_is_as_known_then(story: Story) -> None:
    between = story.moment + timedelta(microseconds=1)
    assert _run(story.by, known_at=between).snapshot_hash == story.first.snapshot_hash
    assert _run(story.by, known_at=timezone.now()).snapshot_hash == story.since.snapshot_hash


def test_nothing_follows_from_it(story: Story) -> None:
    again = _run(story.by, known_at=story.moment)
    with within(PROVINCE):
        latest = queries.latest_run()
        assert latest is not None
        assert latest.known_at is None
        with pytest.raises(CaseError, match="look back"):
            adopt(run=again.pk, reason="all", by=story.by, at=timezone.now())


def test_what_cannot_have_been_known_is_refused(story: Story) -> None:
    now = timezone.now()
    for then, words in (
        (now + timedelta(hours=1), "still to come; name an earlier moment"),
        (datetime(2024, 7, 30, tzinfo=now.tzinfo), "was still to come"),
        (datetime(2024, 8, 30, tzinfo=now.tzinfo), "was not kept: that begins at 20"),
    ):
        with pytest.raises(RunError, match=words):
            start(region="44", as_of=AS_OF, reason="", by=story.by, at=now, known_at=then)
    with pytest.raises(RunError, match="Nothing of the roster was known"):
        start(region="4402", as_of=AS_OF, reason="", by=story.by, at=now, known_at=now)


def test_the_page_asks_for_it_and_says_so(story: Story) -> None:
    client = Client(headers={"accept-language": "en", "host": "localhost"})
    client.force_login(
        Officer.objects.get(username="province"), backend="allauth.account.auth_backends.AuthenticationBackend"
    )
    refused = client.post("/office/runs/start", {"as_of": "2024-07-31", "known_at": "2024-08-30T12:00"})
    assert "How the roster stood at 2024-08-30 12:00 was not kept" in refused.content.decode()
    assert 'value="2024-08-30T12:00"' in refused.content.decode()
    then = timezone.localtime(story.moment)
    started = client.post("/office/runs/start", {"as_of": "2024-07-31", "known_at": then.isoformat()})
    assert execute(run=int(started["Location"].rpartition("/")[2]), region="44", now=timezone.now)
    page = client.get(started["Location"]).content.decode()
    assert "It looks back" in page
    assert f"{then:%Y-%m-%d %H:%M:%S}" in page
    assert story.first.snapshot_hash in page
    assert "Take over this run" not in page
    assert f"as known at {then:%Y-%m-%d %H:%M}" in client.get("/office/runs").content.decode()
    other = client.get(f"/office/runs/{story.first.pk}").content.decode()
    assert "It looks back" not in other
    assert "Take over this run" in other


def test_a_client_system_asks_for_it(story: Story) -> None:
    ours = caller("44", scopes="comparison:read comparison:run")
    body = {"as_of": "2024-07-31", "known_at": story.moment.isoformat(), "reason": "look back"}
    answer = ours.send("POST", "/runs", body, Idempotency_Key="one")
    assert answer.status_code == 201
    asked = read(answer)
    assert read(ours.send("POST", "/runs", body, Idempotency_Key="one"))["number"] == asked["number"]
    assert execute(run=asked["number"], region="44", now=timezone.now)
    told = read(ours.get(f"/runs/{asked['number']}"))
    assert (told["snapshot_hash"], told["content_hash"]) == (story.first.snapshot_hash, story.first.content_hash)
    assert abs(datetime.fromisoformat(told["known_at"]) - story.moment) < timedelta(milliseconds=1), "as JSON tells it"
    early = {**body, "known_at": "2024-08-30T12:00:00+08:00"}
    assert ours.send("POST", "/runs", early, Idempotency_Key="two").status_code == 422
    assert caller("44", scopes="comparison:read").send("POST", "/runs", body, Idempotency_Key="x").status_code == 403


def test_the_command_line_reads_a_day_or_a_day_and_a_time() -> None:
    assert moment("2026-06-30") == date(2026, 6, 30)
    assert moment("2026-06-30T18:00") == moment("20260630 18:00") == datetime(2026, 6, 30, 18)  # noqa: DTZ001  # of here
    for wrong in ("2026-06-30T25:00", "2026-06-30T18:00+08:00", "yesterday"):
        with pytest.raises(typer.BadParameter):
            moment(wrong)
