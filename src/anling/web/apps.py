"""The room as Django sees it; it has no tables."""

from django.apps import AppConfig


class WebConfig(AppConfig):
    """Templates and static files."""

    name = "anling.web"
    label = "web"
