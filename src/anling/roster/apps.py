"""The room as Django sees it."""

from django.apps import AppConfig


class RosterConfig(AppConfig):
    """Tables roster_*."""

    name = "anling.roster"
    label = "roster"

    def ready(self) -> None:
        """Masked fields can be read in clear, with a reason."""
        from anling.roster import revealing  # noqa: PLC0415  # models exist only now

        revealing.offer()
