"""Two runs of a province are laid beside each other by the worker, once; who waits for it is told so."""

import pytest
from procrastinate.contrib.django.models import ProcrastinateJob

from anling.access.roles import Role
from anling.audit.scope import within
from anling.audit.values import Scope
from anling.comparison.models import Count, Run
from anling.comparison.operations import MOVES_TASK
from anling.comparison.queries import moved, moves
from anling.comparison.tasks import moves as job
from tests.support.client import NUMBER, person
from tests.support.listings import Listed, listing
from tests.support.platform import officer
from tests.support.visit import visitor

HERE = Scope("4401")


def _two_runs() -> tuple[Run, Run]:
    stays, gone, new = (person(NUMBER, "440104") for _ in range(3))
    earlier = listing(Listed(stays, "eligible", "life_p2"), Listed(gone), region="4401")
    later = listing(Listed(stays), Listed(new, "lost", "death"), region="4401")
    return earlier, later


@pytest.mark.usefixtures("db")
def test_who_moved_is_named_whatever_the_move() -> None:
    first, second = _two_runs()
    with within(HERE):
        found = moves(first, second)
        assert found is not None
        assert {(each.before, each.after): each.benefits for each in found} == {
            ("eligible", "to_verify"): 1, ("to_verify", ""): 1, ("", "lost"): 1,
        }  # fmt: skip
        for move in found:
            ((listed, earlier),) = moved(first, second, move.before, move.after, 1)
            assert listed.list == (move.after or move.before)
            assert bool(earlier) == bool(move.before)


@pytest.mark.usefixtures("flushed")
def test_runs_too_large_to_wait_for_are_counted_by_the_worker_and_then_shown() -> None:
    first, second = _two_runs()
    with within(HERE):
        Count.objects.create(run=first, region="440105", list="eligible", scheme="resident", benefits=10**7)
    client = visitor()
    client.force_login(officer("reads", Role.SUPERVISOR, "4401"))
    address = f"/office/runs/compare?first={first.pk}&second={second.pk}"
    for _ in range(2):
        assert "being laid beside each other" in client.get(address).content.decode()
    assert client.get(address, headers={"HX-Request": "true"}).status_code == 204
    (asked,) = ProcrastinateJob.objects.filter(task_name=MOVES_TASK)
    job(**asked.args)
    assert client.get(address, headers={"HX-Request": "true"})["HX-Refresh"] == "true"
    assert "3 of 3 benefits came onto another list" in client.get(address).content.decode()
