"""What an administrator can put right, as one sentence that names the remedy."""

from __future__ import annotations


class SiteError(Exception):
    """The platform cannot start as it is set up: the command ends with exit status 2 and this one sentence."""
