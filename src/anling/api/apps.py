"""The room as Django sees it."""

from django.apps import AppConfig


class ApiConfig(AppConfig):
    """Tables api_*."""

    name = "anling.api"
    label = "api"
