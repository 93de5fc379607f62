"""The synthetic province with known truth, and its scorer. Nobody in it exists."""

from anling.synthesis.province import DEFAULT_AS_OF, generate
from anling.synthesis.summary import Summary

__all__ = ["DEFAULT_AS_OF", "Summary", "generate"]
