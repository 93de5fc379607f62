"""The room as Django sees it."""

from django.apps import AppConfig


class RosterConfig(AppConfig):
    """Tables roster_*."""

    name = "anling.roster"
    label = "roster"
