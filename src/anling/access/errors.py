"""What is refused."""

from django.core.exceptions import PermissionDenied


class NotAllowedError(PermissionDenied):
    """The doer has no role that allows the act in that region; the sentence names the role that has."""


class AccessError(ValueError):
    """What was asked for cannot be: one sentence with its remedy. field: the input that has to change, '' for none."""

    def __init__(self, sentence: str, field: str = "") -> None:
        super().__init__(sentence)
        self.field = field


class NotThereError(AccessError):
    """What is named does not exist, or lies in a region that the doer does not see: the two are not told apart."""
