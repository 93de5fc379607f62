"""Statistical region codes: province, city, county (6 digits), town (9), village (12) (domain.md, section 5)."""

from dataclasses import dataclass

LENGTHS = (6, 9, 12)
_DIGITS = frozenset("0123456789")


@dataclass(frozen=True, order=True, slots=True)
class RegionCode:
    """A region by its statistical code. Codes nest by prefix, so a region scope is a prefix (N-A1: the paying region).

    Raises ValueError where the text is not 6, 9 or 12 plain digits.
    """

    text: str

    def __post_init__(self) -> None:
        if len(self.text) not in LENGTHS or not _DIGITS.issuperset(self.text):
            raise ValueError(f"'{self.text}' is not a region code: it needs 6, 9 or 12 digits.")

    @property
    def province(self) -> str:
        """The province, 2 digits: '44' is Guangdong."""
        return self.text[:2]

    @property
    def city(self) -> str:
        """The city, 4 digits: '4401' is Guangzhou."""
        return self.text[:4]

    def contains(self, prefix: str) -> bool:
        """Whether this region lies in the scope named by a code prefix ('' is everywhere, '44' the province)."""
        return self.text.startswith(prefix)

    def __str__(self) -> str:
        return self.text
