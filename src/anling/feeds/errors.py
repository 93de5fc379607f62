"""What this room refuses."""

from anling.access.errors import NotAllowedError


class FeedsError(Exception):
    """An act on a batch that its state does not allow; the text is one sentence with its remedy."""


class NotYoursError(NotAllowedError):
    """The batch of that name belongs to a region for which the officer may not act."""
