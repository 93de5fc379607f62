"""The room as Django sees it."""

from django.apps import AppConfig


class TerritoryConfig(AppConfig):
    """Tables territory_*."""

    name = "anling.territory"
    label = "territory"
