"""The room as Django sees it."""

from django.apps import AppConfig


class PaymentConfig(AppConfig):
    """Tables payment_*."""

    name = "anling.payment"
    label = "payment"
