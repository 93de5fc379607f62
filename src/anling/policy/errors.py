"""What is said when a policy file is wrong: one sentence with file, line and remedy."""

from dataclasses import dataclass

from anling.rules.wording import Words


@dataclass(frozen=True, slots=True)
class Place:
    """Where in the policy files something stands; `line` counts from 1, and is None where the whole file is meant."""

    file: str
    line: int | None = None

    def __str__(self) -> str:
        return self.file if self.line is None else f"{self.file}:{self.line}"


class PolicyError(ValueError):
    """A policy file, or a question put to it, is wrong. The text is one sentence: place, problem, remedy."""

    def __init__(self, place: Place, problem: Words, remedy: Words) -> None:
        super().__init__(f"{place}: {problem}; {remedy}.")
        self.place, self.problem, self.remedy = place, problem, remedy


def said(error: ValueError) -> Words:
    """What a value that checks itself complained of, as the middle part of a sentence."""
    (words,) = error.args
    assert isinstance(words, Words), f"{error!r} cannot be said in another language"
    return words
