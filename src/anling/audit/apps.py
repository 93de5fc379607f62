"""The room as Django sees it."""

from django.apps import AppConfig


class AuditConfig(AppConfig):
    """Tables audit_*."""

    name = "anling.audit"
    label = "audit"
