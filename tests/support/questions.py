"""Everything that the API's description allows, and much that it forbids, asked through WSGI (schemathesis)."""

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


def operations() -> list[Any]:
    """Every operation of the description."""
    schema = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", application)
    return [found.ok() for found in schema.get_all_operations() if isinstance(found, Ok)]


def ask(operation: Any, caller: Caller, examples: int, start: int = 1) -> int:
    """Ask one operation that often; raises where an answer is not as described. Returns how many were asked."""
    checks = [check for check in CHECKS.get_all() if check.__name__ not in NOT_OURS]
    asked = 0
    strategy = st.one_of(
        operation.as_strategy(generation_mode=GenerationMode.POSITIVE),
        operation.as_strategy(generation_mode=GenerationMode.NEGATIVE),
    )

    @seed(start)
    @settings(
        max_examples=examples, deadline=None, database=None, phases=[Phase.explicit, Phase.generate],
        suppress_health_check=list(HealthCheck),
    )  # fmt: skip
    @given(case=strategy)
    def every(case: Any) -> None:
        nonlocal asked
        asked += 1
        headers = {"Authorization": f"Bearer {caller.token}"}
        case.call_and_validate(headers=headers, checks=checks)

    every()
    return asked
