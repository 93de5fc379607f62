"""The room as Django sees it."""

from django.apps import AppConfig


class AccessConfig(AppConfig):
    """Tables access_*."""

    name = "anling.access"
    label = "access"
