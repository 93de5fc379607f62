"""What can be wrong with a case."""


class CaseError(Exception):
    """One sentence that names the remedy; field: of the form, where one is at fault."""

    def __init__(self, sentence: str, field: str | None = None) -> None:
        super().__init__(sentence)
        self.field = field


class TakenError(CaseError):
    """Somebody else changed the case meanwhile; the page is to be read again."""
