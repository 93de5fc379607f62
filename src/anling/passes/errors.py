"""What can be wrong with a pass."""


class PassError(Exception):
    """One sentence that names the remedy."""
