"""What pages, API and the payment room read of cases; every question needs the scope of the transaction."""

from anling.casework.models import LOSSES
from anling.casework.queries.cases import (
    Waiting,
    Whole,
    benefits_of,
    case,
    cases_of,
    chosen,
    page,
    waiting,
    whole,
    workers,
)
from anling.casework.queries.decisions import adoption_of, answered_before, appeal, appeals, finding, pending, preview
from anling.casework.queries.wanted import MINE, NOBODY, SORTABLE, Wanted
from anling.casework.verdicts import notices, precision, untold

__all__ = [
    "LOSSES",
    "MINE",
    "NOBODY",
    "SORTABLE",
    "Waiting",
    "Wanted",
    "Whole",
    "adoption_of",
    "answered_before",
    "appeal",
    "appeals",
    "benefits_of",
    "case",
    "cases_of",
    "chosen",
    "finding",
    "notices",
    "page",
    "pending",
    "precision",
    "preview",
    "untold",
    "waiting",
    "whole",
    "workers",
]
