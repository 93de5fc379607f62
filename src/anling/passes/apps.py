"""The room as Django sees it."""

from django.apps import AppConfig


class PassesConfig(AppConfig):
    """Tables passes_*."""

    name = "anling.passes"
    label = "passes"
