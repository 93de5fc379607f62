"""Reads decision.yaml: the thresholds of the decision (N-B1) and of the health of sources (N-C2)."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import TypeVar

from anling.policy.errors import PolicyError, said
from anling.policy.nodes import Item
from anling.policy.parameters import ParameterBook, Shape, read_parameters
from anling.rules.decision import DecisionRule
from anling.rules.wording import Words

Rule = TypeVar("Rule")

DECISION = {
    "window_months": Shape("months", lambda item: item.whole(least=1)),
    "l2_pair_days": Shape("days", lambda item: item.whole()),
    "p3_count": Shape("records", lambda item: item.whole(least=1)),
    "p3_kinds": Shape("kinds", lambda item: item.whole(least=1)),
    "p3_span_days": Shape("days", lambda item: item.whole()),
    "age_limit": Shape("years", lambda item: item.whole(least=1)),
}
HEALTH = {
    "missing_rows": Shape("rows", lambda item: item.whole()),
    "late_grace_days": Shape("days", lambda item: item.whole()),
    "shrunk_under": Shape("share of expected rows", lambda item: item.number()),
    "swollen_over": Shape("share of expected rows", lambda item: item.number()),
    "faulty_over": Shape("share of delivered rows", lambda item: item.number()),
}


@dataclass(frozen=True, slots=True)
class HealthRule:
    """When a feed is not healthy; the catalogue says what is expected of it.

    Missing: no delivery, or at most `missing_rows` rows for the period where at least one was to be expected. Late: the
    newest covered day lies further back than the usual delay and `late_grace_days`. Shrunk or swollen: rows under or
    over these shares of the expected ones, in whole rows. Faulty: over `faulty_over` of the delivered rows stay in
    quarantine.
    Raises ValueError where a feed could be shrunk and swollen at once, and for a share of its rows beyond all of them.
    """

    missing_rows: int = 0
    late_grace_days: int = 15
    shrunk_under: float = 0.5
    swollen_over: float = 2.0
    faulty_over: float = 0.05

    def __post_init__(self) -> None:
        if not 0 < self.shrunk_under <= 1 <= self.swollen_over:
            raise ValueError(
                Words(
                    "the shares must enclose 1, and %(under)s and %(over)s do not",
                    under=self.shrunk_under, over=self.swollen_over,
                )
            )  # fmt: skip
        if not 0 < self.faulty_over <= 1:
            raise ValueError(
                Words("a share of the delivered rows is at most 1, and %(share)s is not", share=self.faulty_over)
            )


@dataclass(frozen=True, slots=True)
class DecisionBook:
    """The dated thresholds; they hold for every scheme and region, so that one person has one decision."""

    decision: ParameterBook
    health: ParameterBook

    def decision_rule(self, on: date) -> DecisionRule:
        """The thresholds of the decision on a day; raises PolicyError before the first."""
        return _built(DecisionRule, self.decision, DECISION, on)

    def health_rule(self, on: date) -> HealthRule:
        """The thresholds of source health on a day; raises PolicyError before the first."""
        return _built(HealthRule, self.health, HEALTH, on)


def read_decision(root: Item) -> DecisionBook:
    """The thresholds of decision.yaml; raises PolicyError, also where they contradict each other on some day."""
    block = root.block(["decision", "health"])
    book = DecisionBook(read_parameters(block["decision"], DECISION), read_parameters(block["health"], HEALTH))
    for day in book.decision.days():
        book.decision_rule(day)
    for day in book.health.days():
        book.health_rule(day)
    return book


def _built(rule: Callable[..., Rule], book: ParameterBook, shapes: Mapping[str, Shape], on: date) -> Rule:
    entries = [book.find(name, on) for name in shapes]
    try:
        return rule(**{entry.value.name: entry.value.value for entry in entries})
    except ValueError as error:
        newest = max(entries, key=lambda entry: entry.valid_from)
        raise PolicyError(newest.place, said(error), Words("change the values so that they go together")) from error
