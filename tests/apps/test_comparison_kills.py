"""A run whose worker is killed ends, when it is taken up again, as a run that nobody ever killed."""

import signal

import pytest

from anling.audit.scope import within
from anling.comparison.models import Run
from tests.soak.kill_database_runs import look, work
from tests.support.platform import environment
from tests.support.province import PROVINCE, Office, asked


@pytest.mark.parametrize(
    "seconds", [1.9, pytest.param(1.2, marks=pytest.mark.long), pytest.param(2.6, marks=pytest.mark.long)]
)
def test_killed_at_any_moment_it_ends_the_same(finished: Run, office: Office, seconds: float) -> None:
    run = asked(office).pk
    status = work(run, environment(), seconds)
    seen = look(run)
    assert status in (0, -signal.SIGKILL)
    assert seen.state == "done" or (seen.decisions, seen.counts) == (0, 0)
    assert work(run, environment()) == 0
    with within(PROVINCE):
        ended = Run.objects.get(pk=run)
    assert (ended.state, ended.content_hash) == ("done", finished.content_hash)
