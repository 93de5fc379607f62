"""What can be wrong with a notice."""


class NoticeError(Exception):
    """One sentence that names the remedy. field: of a form, where one is to blame."""

    def __init__(self, sentence: str, field: str = "") -> None:
        super().__init__(sentence)
        self.field = field


class NotThereError(NoticeError):
    """Nothing of that number lies in the region of whoever asks."""
