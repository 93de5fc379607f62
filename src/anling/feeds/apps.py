"""The room as Django sees it."""

from django.apps import AppConfig


class FeedsConfig(AppConfig):
    """Tables feeds_*."""

    name = "anling.feeds"
    label = "feeds"
