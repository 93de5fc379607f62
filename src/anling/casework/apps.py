"""The room as Django sees it."""

from django.apps import AppConfig


class CaseworkConfig(AppConfig):
    """Tables casework_*."""

    name = "anling.casework"
    label = "casework"
