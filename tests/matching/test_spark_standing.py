"""Runs that share one Spark application come to what each would alone, and a lost application is replaced."""

import os
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from anling.engines.errors import EngineMissingError
from anling.engines.spark.cluster import Cluster
from anling.engines.spark.standing import Standing
from anling.policy import Policy
from tests.support import engine, reference, spark
from tests.support.generate import build_world, merged
from tests.support.pensioner import AS_OF
from tests.support.pick import Seeded
from tests.support.spark_cluster import loopback_cluster
from tests.support.world import World

HERE = Cluster("local[2]", spark.MEMORY, 2, idle=600.0)
PATIENCE = 60


@pytest.fixture
def standing() -> Iterator[Standing]:
    """One of its own, ended with the test."""
    made = Standing()
    yield made
    made.end()


@pytest.mark.timeout(300)
def test_one_application_decides_run_after_run_until_it_is_lost(standing: Standing, tmp_path: Path) -> None:
    policy, temp = engine.policy_requiring(tmp_path, nothing=True), tmp_path / "spill"
    for world in (_world(1), _world(2)):
        assert _differences(standing, HERE, world, policy, temp) == []
    (java,) = _javas()
    java.kill()
    java.wait(PATIENCE)
    with standing.lent(HERE, temp=temp, waiting=silent) as session:
        assert session.spark.sql("SELECT 1 AS said").collect()[0].said == 1
    (another,) = _javas()
    assert another.pid != java.pid
    standing.end()
    assert _javas() == []
    assert list(temp.iterdir()) == []


@pytest.mark.long
@pytest.mark.timeout(400)
def test_an_application_outlives_one_of_its_workers_and_not_the_last(standing: Standing, tmp_path: Path) -> None:
    policy, temp = engine.policy_requiring(tmp_path, nothing=True), tmp_path / "spill"
    with loopback_cluster(tmp_path) as started:
        cluster = Cluster(started.master, 1 << 30, 1, idle=600.0)
        assert _differences(standing, cluster, _world(1), policy, temp) == []
        started.kill_worker(0)
        assert _differences(standing, cluster, _world(2), policy, temp) == []
        started.kill_worker(1)
        with pytest.raises(EngineMissingError, match="no worker takes the run up"):
            _differences(standing, cluster, _world(1), policy, temp)


def silent() -> None:
    """Nobody else is there to wait for."""


def _world(seed: int) -> World:
    return merged([build_world(Seeded(seed * 1000 + index), AS_OF, index) for index in range(40)])


def _differences(standing: Standing, cluster: Cluster, world: World, policy: Policy, temp: Path) -> list[str]:
    """Between the reference and a run of the application, none of whose views an earlier run has left."""
    with standing.lent(cluster, temp=temp, waiting=silent) as session:
        assert session.spark.catalog.listTables() == []
        on_spark, _ = spark.on_both(session, world, policy)
    return engine.differences(on_spark, reference.compare(world, policy))


def _javas() -> list[psutil.Process]:
    return [each for each in psutil.Process(os.getpid()).children(recursive=True) if "java" in each.name()]
