"""The room as Django sees it: runs and their decisions. The file run beside it needs none of this."""

from django.apps import AppConfig


class ComparisonConfig(AppConfig):
    """Runs, decisions, evidence and counts."""

    name = "anling.comparison"
    label = "comparison"
