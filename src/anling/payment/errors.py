"""What can be wrong with pay."""


class PaymentError(Exception):
    """One sentence that names the remedy; field: of the form, where one is at fault."""

    def __init__(self, sentence: str, field: str | None = None) -> None:
        super().__init__(sentence)
        self.field = field


class SamePersonError(PaymentError):
    """Nobody approves what they have signed or found themselves."""
