"""What is refused, as sentences."""


class RosterError(Exception):
    """The act cannot be done on these rows; the text is one sentence with its remedy."""
