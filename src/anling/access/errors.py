"""What is refused."""

from django.core.exceptions import PermissionDenied


class NotAllowedError(PermissionDenied):
    """The doer has no role that allows the act in that region; the sentence names the role that has."""
