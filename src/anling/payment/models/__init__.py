"""Pay runs, the facts of each benefit's pay, what is to be recovered, and forecasts; each file says of what."""

from anling.payment.models.facts import EarlierStop, PayFact
from anling.payment.models.forecasts import Forecast, ForecastLine, ForecastLoad
from anling.payment.models.recoveries import Recovery
from anling.payment.models.runs import Action, LineState, Mismatch, PayLine, PayRun, RunState

__all__ = (
    "Action",
    "EarlierStop",
    "Forecast",
    "ForecastLine",
    "ForecastLoad",
    "LineState",
    "Mismatch",
    "PayFact",
    "PayLine",
    "PayRun",
    "Recovery",
    "RunState",
)
