"""The synthetic province with known truth, and its scorer. Nobody in it exists."""

from anling.synthesis.province import DEFAULT_AS_OF, Summary, generate

__all__ = ["DEFAULT_AS_OF", "Summary", "generate"]
