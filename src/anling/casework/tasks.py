"""Jobs of the room; each carries ids alone, and ends the same way when it is taken up a second time."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connections
from django.utils import timezone
from procrastinate.contrib.django import app

from anling.access.errors import NotAllowedError
from anling.access.queries import actor_by_key
from anling.audit.scope import SETTING, province, within
from anling.audit.values import Scope
from anling.audit.wording import in_both, worded
from anling.casework.adopting import ADOPT_TASK, Progress, adopt
from anling.casework.errors import CaseError
from anling.casework.models import Adoption
from anling.casework.terms import ask_after_terms, calendar

_SAY = "UPDATE casework_adoption SET state = 'running', label = %s, done = %s, total = %s WHERE run = %s"


@app.task(name=ADOPT_TASK, queue="comparison")
def adopt_job(*, run: int, region: str, by: str) -> None:
    """Take a run over for the officer who asked; what is wrong with it is told on its page."""
    try:
        with telling(run, region) as progress, within(Scope(region)):
            now = timezone.now()
            adopt(run=run, by=actor_by_key(by, timezone.localdate(now)), at=now, progress=progress)
    except (CaseError, NotAllowedError) as error:
        _failed(run, region, in_both(error))
    except Exception:
        _failed(run, region, in_both(worded("The program failed and nothing was done; ask for it again.")))
        raise


@app.periodic(cron="40 1 * * *")
@app.task(name="casework.ask_after_terms", queue="comparison", queueing_lock="casework.ask_after_terms")
def ask_after_terms_job(timestamp: int) -> None:
    """Open the cases of terms that are over."""
    del timestamp
    ask_after_terms(region=province().prefix, by=calendar(), at=timezone.now())


def _failed(run: int, region: str, sentence: str) -> None:
    """Told on the page of the run, from where it can be asked for again."""
    with within(Scope(region)):
        waiting = Adoption.objects.filter(run=run).exclude(state=Adoption.State.DONE)
        waiting.update(state=Adoption.State.FAILED, error=sentence, label="")


@contextmanager
def telling(run: int, region: str) -> Iterator[Progress]:
    """A connection beside the transaction of the work, by which its page hears how far it is."""
    connection = connections.create_connection("default")
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT set_config(%s, %s, false)", [SETTING, str(Scope(region))])

        def say(label: str, done: int, total: int) -> None:
            with connection.cursor() as cursor:
                cursor.execute(_SAY, [label, done, total, run])

        yield say
    finally:
        connection.close()
