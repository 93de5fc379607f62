"""The engine against the slow reference, row for row: decisions with their records, and evidence with its fates."""

from collections.abc import Sequence

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from anling.policy import Policy
from tests.support import engine, reference
from tests.support.generate import archipelagos, merged
from tests.support.reduce import reduced, shown
from tests.support.world import World

RUNS = max(5, settings().max_examples // 60)
FORMATS = ("parquet", "parquet", "csv")


@pytest.fixture(scope="module")
def strict(tmp_path_factory: pytest.TempPathFactory) -> Policy:
    """The shipped policy; in a small world far too few rows arrive, so that absence is never certain."""
    return engine.policy_requiring(tmp_path_factory.mktemp("strict"), nothing=False)


@pytest.fixture(scope="module")
def lenient(tmp_path_factory: pytest.TempPathFactory) -> Policy:
    return engine.policy_requiring(tmp_path_factory.mktemp("lenient"), nothing=True)


def differences(world: World, policy: Policy, absence_is_unknown: bool, file_format: str) -> list[str]:
    expected = reference.compare(world, policy, sources_unknown=absence_is_unknown)
    return engine.differences(engine.run(world, policy, file_format=file_format), expected)


def explained(islands: Sequence[World], policy: Policy, unknown: bool, file_format: str) -> str:
    """The smallest world that still differs, and how."""
    world = reduced(islands, merged, lambda small: bool(differences(small, policy, unknown, file_format)))
    return "\n".join([shown(world), *differences(world, policy, unknown, file_format)])


@settings(max_examples=RUNS, phases=(Phase.explicit, Phase.generate))
@given(archipelagos(), st.booleans(), st.sampled_from(FORMATS))
def test_engine_equals_the_reference(
    strict: Policy, lenient: Policy, islands: tuple[World, ...], unknown: bool, file_format: str
) -> None:
    policy = strict if unknown else lenient
    found = differences(merged(islands), policy, unknown, file_format)
    assert found == [], explained(islands, policy, unknown, file_format)
