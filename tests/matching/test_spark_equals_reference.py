"""Spark against DuckDB and the slow reference: the same rows in the same order, evidence and its fates included."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from pyspark.errors import AnalysisException

from anling.engines.duckdb.relations import bring as bring_to_duckdb
from anling.engines.duckdb.session import Session as DuckDbSession
from anling.engines.errors import EngineError
from anling.engines.spark.address import Address
from anling.engines.spark.dialect import in_spark
from anling.engines.spark.files import Files
from anling.engines.spark.relations import bring
from anling.engines.spark.session import Session
from anling.matching.steps import DIALECT
from anling.policy import Policy, load
from tests.support import engine, reference, spark
from tests.support.generate import archipelagos, build_world, merged
from tests.support.pick import Seeded
from tests.support.reduce import reduced, shown
from tests.support.world import World

RUNS = max(1, settings().max_examples // 300)
ISLANDS = 150
"""Worlds in one run: a run takes seconds, whatever the rows, so few runs of many worlds say the most."""


@pytest.mark.long
def test_one_process_can_start_spark_and_end_it_and_start_it_again(tmp_path: Path) -> None:
    with Files() as files:
        for _ in range(2):
            with spark.session() as started:
                assert started.spark.sql("SELECT 1 AS said").collect()[0].said == 1
            _tells_what_is_absent(files, tmp_path)


def test_what_goes_wrong_in_another_java_is_not_asked_of_the_session(session: Session, tmp_path: Path) -> None:
    assert session.spark.sql("SELECT 1 AS said").collect()[0].said == 1
    with Files() as files:
        _tells_what_is_absent(files, tmp_path)
    with pytest.raises(AnalysisException):
        session.spark.sql("SELECT * FROM nowhere")


def _tells_what_is_absent(files: Files, folder: Path) -> None:
    absent = Address((folder / "nowhere").as_uri())
    assert files.size(absent) is None
    with pytest.raises(EngineError, match=r"nowhere: java.io.FileNotFoundException: File file:/.* does not exist"):
        files.is_empty(absent)


@pytest.fixture(scope="module")
def session() -> Iterator[Session]:
    with spark.session() as started:
        yield started


@pytest.fixture(scope="module")
def strict(tmp_path_factory: pytest.TempPathFactory) -> Policy:
    return engine.policy_requiring(tmp_path_factory.mktemp("strict"), nothing=False)


@pytest.fixture(scope="module")
def lenient(tmp_path_factory: pytest.TempPathFactory) -> Policy:
    return engine.policy_requiring(tmp_path_factory.mktemp("lenient"), nothing=True)


@pytest.mark.timeout(600)
@settings(max_examples=RUNS, phases=(Phase.explicit, Phase.generate))
@given(archipelagos(ISLANDS), st.booleans())
def test_spark_equals_duckdb_and_the_reference(
    session: Session, strict: Policy, lenient: Policy, islands: tuple[World, ...], unknown: bool
) -> None:
    policy = strict if unknown else lenient

    def differences(world: World) -> list[str]:
        on_spark, _ = spark.on_both(session, world, policy)
        return engine.differences(on_spark, reference.compare(world, policy, sources_unknown=unknown))

    world = merged(islands)
    on_spark, on_duckdb = spark.on_both(session, world, policy)
    if engine.differences(on_spark, reference.compare(world, policy, sources_unknown=unknown)):
        smallest = reduced(islands, merged, lambda small: bool(differences(small)))
        pytest.fail("\n".join([shown(smallest), *differences(smallest)]), pytrace=False)
    assert on_spark == on_duckdb


DAYS = (-25_509, -1, 0, 58, 59, 365, 19_782, 20_147, 24_000)
NAMES = ("", "王国华", "王國華", "王□华", "王?华", "阿·不都", "阿不都", "Li Lei", "li  lei")
NUMBERS = ("", "1", "2", "12", "21", "123", "132", "213", "312", "1234", "1243", "2134", "2143", "1224", "12345", "121")
CALLS: dict[str, list[tuple[object, object]]] = {
    "starts_with(a, b)": [(a, b) for a in NUMBERS for b in NUMBERS],
    "month_start(a)": [(month, 0) for month in (23_000, 23_639, 24_290, 24_301)],
    "year_later(a)": [(day, 0) for day in DAYS],
    "record_at(a, b)": [(0, 0), (7, 4_294_967_295), (1_048_575, 12)],
    "mark_of_day(a)": [(day, 0) for day in DAYS],
    "mark_day(a)": [(day * 256 + 255, 0) for day in DAYS],
    "mark_kind(a)": [(day * 256 + 4 * 62 + 3, 0) for day in DAYS],
    "mark_day_kind(a)": [(day * 256 + 4 * 17 + 2, 0) for day in DAYS],
    "day_kind(a, b)": [(day, 17) for day in DAYS],
    "day_of_day_kind(a)": [(day * 64 + 63, 0) for day in DAYS],
    "mark_grade(a)": [(day * 256 + 2, 0) for day in DAYS],
    "kind_bit(a)": [(kind, 0) for kind in (0, 1, 31, 32, 62)],
    "name_agreement(a, b)": [(a, b) for a in NAMES for b in NAMES],
    "has_wildcard(a)": [(name, "") for name in NAMES],
    "simplified_hash(a)": [(name, "") for name in NAMES],
    "one_slip(a, b)": [(a, b) for a in NUMBERS for b in NUMBERS],
}
"""A call of each function of the dialect → pairs of arguments, at the edges of what they take."""


def test_every_function_of_the_dialect_is_asked() -> None:
    assert {call.partition("(")[0] for call in CALLS} == {call.partition("(")[0] for call in DIALECT}


def test_the_dialect_means_the_same_on_both_engines(session: Session) -> None:
    world = merged([build_world(Seeded(1), date(2024, 5, 31))])
    with spark.frozen(world, load()) as (asked, _), DuckDbSession(memory_limit="1GB") as duckdb:
        bring_to_duckdb(duckdb, asked.inputs)
        bring(session.spark, asked.inputs)
        for call, pairs in CALLS.items():
            values = ", ".join(f"({place}, {a!r}, {b!r})" for place, (a, b) in enumerate(pairs))
            rows = f"SELECT {call} AS said FROM (VALUES {values}) AS t(place, a, b) ORDER BY place"
            on_spark = [row.said for row in session.spark.sql(in_spark(rows)).collect()]
            assert on_spark == [said for (said,) in duckdb.rows(rows)], call
