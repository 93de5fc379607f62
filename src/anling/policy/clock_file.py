"""Reads clock.yaml and answers which clock holds for a scheme and a region on a day (N-A2)."""

from dataclasses import dataclass
from datetime import date

from anling.policy.errors import PolicyError, said
from anling.policy.nodes import Item
from anling.policy.parameters import ParameterBook, Scope, Shape, read_parameters
from anling.rules.clock import ClockRule, FirstBase
from anling.rules.evidence import Scheme
from anling.rules.wording import Words

SHAPES = {
    "cycle_months": Shape("months", lambda item: item.whole(least=1), scoped=True),
    "stop_after_months": Shape("months", lambda item: item.whole(least=2), scoped=True),
    "first_base": Shape("word", lambda item: item.word(FirstBase), scoped=True),
}


@dataclass(frozen=True, slots=True)
class ClockBook:
    """The dated clocks of both schemes."""

    parameters: ParameterBook

    def rule(self, scheme: Scheme, region: str, on: date) -> ClockRule:
        """The clock of a scheme in a paying region (any code prefix) on a day; raises PolicyError before the first."""
        cycle, stop, first = (self.parameters.find(name, on, Scope(scheme, region)) for name in SHAPES)
        parts = (cycle.value, stop.value, first.value)
        try:
            return ClockRule(
                scheme=scheme,
                cycle_months=int(cycle.value.value),
                stop_after_months=int(stop.value.value),
                first_base=FirstBase(str(first.value.value)),
                source="; ".join(dict.fromkeys(part.source for part in parts)),
                assumption=any(part.assumed for part in parts),
            )
        except ValueError as error:
            remedy = Words("change it or the cycle on line %(line)s", line=cycle.place.line)
            raise PolicyError(stop.place, said(error), remedy) from error

    def rules(self, on: date) -> tuple[tuple[Scheme, str, ClockRule], ...]:
        """The clock of every scheme and region prefix named in the file, so that the longest prefix gives the rule."""
        regions = self.parameters.regions()
        return tuple((scheme, region, self.rule(scheme, region, on)) for scheme in Scheme for region in regions)


def read_clock(root: Item) -> ClockBook:
    """The clocks of clock.yaml; raises PolicyError, also where cycle and stop contradict each other on some day."""
    book = ClockBook(read_parameters(root, SHAPES))
    for day in book.parameters.days():
        book.rules(day)
    return book
