"""What can be wrong with a notice."""


class NoticeError(Exception):
    """One sentence that names the remedy."""
