"""What can go wrong with a run in the database, each as one sentence with its remedy."""


class RunError(Exception):
    """A run cannot be started, cancelled or repeated as asked."""


class MomentError(RunError):
    """A run cannot be made as known at that moment."""


class CancelledError(Exception):
    """The officer has cancelled the run; it stops where it is and leaves nothing."""
