"""The synthetic province with known truth, and its scorer. Nobody in it exists."""

from anling.synthesis.province import DEFAULT_AS_OF, generate
from anling.synthesis.scoring import Score, score
from anling.synthesis.summary import Summary

__all__ = ["DEFAULT_AS_OF", "Score", "Summary", "generate", "score"]
