"""The room as Django sees it."""

from django.apps import AppConfig


class AccessConfig(AppConfig):
    """Tables access_*."""

    name = "anling.access"
    label = "access"

    def ready(self) -> None:
        """Sign-in and sign-out are recorded wherever they come from."""
        from anling.access import sign_in  # noqa: PLC0415  # models exist only now

        sign_in.connect()
