"""The room as Django sees it."""

from django.apps import AppConfig


class NoticesConfig(AppConfig):
    """Tables notices_*."""

    name = "anling.notices"
    label = "notices"
