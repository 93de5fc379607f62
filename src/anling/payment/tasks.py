"""Jobs of the room; each carries ids alone, and ends the same way when it is taken up a second time."""

from __future__ import annotations

from django.utils import timezone
from procrastinate.contrib.django import app

from anling.access.errors import NotAllowedError
from anling.access.queries import actor_by_key
from anling.audit.wording import in_both
from anling.payment.errors import PaymentError
from anling.payment.forecasts.forecasting import FORECAST_TASK, forecast
from anling.payment.runs.baseless import BASELESS_TASK, open_cases
from anling.payment.runs.proposing import PROPOSE_TASK, draft_asked, tell_failure
from anling.rules.months import Month


@app.task(name=PROPOSE_TASK, queue="payment")
def draft(*, run: int, region: str, month: str, by: str) -> None:
    """Fill a draft that an officer asked for; why it cannot be is told on its page."""
    at = timezone.now()
    try:
        officer = actor_by_key(by, timezone.localdate(at))
        draft_asked(run=run, region=region, month=Month.parse(month), by=officer, at=at)
    except (PaymentError, NotAllowedError) as error:
        tell_failure(run=run, region=region, sentence=in_both(error))


@app.task(name=BASELESS_TASK, queue="payment")
def open_baseless(*, run: int, region: str) -> None:
    """Open the cases of whoever a draft holds for want of a month to count from."""
    open_cases(run=run, region=region, at=timezone.now())


@app.task(name=FORECAST_TASK, queue="payment", queueing_lock="payment.forecast")
def ahead(*, region: str, by: str) -> None:
    """Make the forecast that an officer asked for."""
    at = timezone.now()
    forecast(region=region, by=actor_by_key(by, timezone.localdate(at)), at=at)
