"""Everything that the API's description allows, and much that it forbids, asked through WSGI (schemathesis).

A third of the questions name rows that there are, for numbers drawn at random would hardly ever meet one.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import schemathesis
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st
from schemathesis.checks import CHECKS, load_all_checks
from schemathesis.core.result import Ok
from schemathesis.generation import GenerationMode

from anling.site.wsgi import application
from tests.support.client import Caller

load_all_checks()
NOT_OURS = {"positive_data_acceptance", "max_response_time", "use_after_free", "ensure_resource_availability"}
"""A cursor of the right form need not be one that we gave, and is refused; nothing is removed by the API."""

Known = Mapping[str, Sequence[Any]]
"""By the name of a parameter, or by resource and parameter ("units.code"): values that name a row."""


@dataclass
class Asked:
    """What came of the questions to one operation: answers by status, and how many of the good ones held a row."""

    answers: Counter[int] = field(default_factory=Counter)
    with_rows: int = 0
    next_pages: int = 0

    @property
    def total(self) -> int:
        """All questions, those for a following page too."""
        return sum(self.answers.values())

    def count(self, response: Any) -> None:
        """One answer more."""
        self.answers[response.status_code] += 1
        if response.status_code in (200, 201):
            self.with_rows += bool(response.json().get("items", True))


def operations() -> list[Any]:
    """Every operation of the description."""
    schema = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", application)
    return [found.ok() for found in schema.get_all_operations() if isinstance(found, Ok)]


def ask(operation: Any, caller: Caller, examples: int, known: Known, start: int = 1) -> Asked:
    """Ask one operation that often; raises where an answer is not as described.

    known: what to name in a third of the questions. A page that has a next one is followed by it.
    """
    checks = [check for check in CHECKS.get_all() if check.__name__ not in NOT_OURS]
    headers = {"Authorization": f"Bearer {caller.token}"}
    asked = Asked()

    @seed(start)
    @settings(
        max_examples=examples, deadline=None, database=None, phases=[Phase.explicit, Phase.generate],
        suppress_health_check=list(HealthCheck),
    )  # fmt: skip
    @given(case=_questions(operation, known))
    def every(case: Any) -> None:
        response = case.call_and_validate(headers=headers, checks=checks)
        asked.count(response)
        following = response.json().get("next") if response.status_code == 200 else None
        if following:
            case.query = {**(case.query or {}), "cursor": following}
            asked.next_pages += 1
            asked.count(case.call_and_validate(headers=headers, checks=checks))

    every()
    return asked


def _questions(operation: Any, known: Known) -> Any:
    allowed = operation.as_strategy(generation_mode=GenerationMode.POSITIVE)
    resource = operation.path.removeprefix("/api/v1").split("/")[1]
    own = {name.removeprefix(f"{resource}."): each for name, each in known.items()}
    values = st.fixed_dictionaries({name: st.sampled_from(each) for name, each in own.items()})
    named = st.builds(_named, allowed, values)
    return st.one_of(allowed, operation.as_strategy(generation_mode=GenerationMode.NEGATIVE), named)


def _named(case: Any, values: Mapping[str, Any]) -> Any:
    """The question with real values wherever it names something, and without a cursor of nobody's."""
    for part in ("path_parameters", "query", "body"):
        stated = getattr(case, part)
        if isinstance(stated, dict):
            kept = {name: values.get(name, value) for name, value in stated.items() if name != "cursor"}
            setattr(case, part, kept)
    return case
