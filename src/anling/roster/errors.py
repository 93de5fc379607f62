"""What is refused, as sentences."""

from collections.abc import Mapping


class RosterError(Exception):
    """The act cannot be done on these rows; the text is one sentence with its remedy."""


class CorrectionError(RosterError):
    """Fields that cannot be what was typed. fields: one sentence with its remedy by name of the field."""

    def __init__(self, fields: Mapping[str, str]) -> None:
        super().__init__(" ".join(map(str, fields.values())))
        self.fields = dict(fields)
