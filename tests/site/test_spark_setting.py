"""Where runs are decided is a setting, refused in one sentence where it means nothing."""

import pytest

from anling.engines.spark.address import Address
from anling.engines.spark.cluster import Cluster
from anling.site.environment import read_environment
from anling.site.errors import SiteError

HOME = {"ANLING_HOME": "/anling"}


def test_duckdb_decides_unless_a_master_is_named() -> None:
    assert read_environment(HOME).cluster is None


def test_a_master_is_a_cluster_with_so_much_memory_of_each_executor() -> None:
    named = {"ANLING_SPARK_MASTER": "spark://127.0.0.1:7077"}
    assert read_environment(HOME | named).cluster == Cluster("spark://127.0.0.1:7077", 4 * 10**9, None, 600.0)
    sized = read_environment(HOME | named | {"ANLING_SPARK_MEMORY": "16GB"}).cluster
    assert sized == Cluster("spark://127.0.0.1:7077", 16 * 10**9, None, 600.0)


@pytest.mark.parametrize(("minutes", "seconds"), [("0", 0.0), ("30", 1800.0), ("", 600.0)])
def test_an_application_stands_so_many_minutes(minutes: str, seconds: float) -> None:
    cluster = read_environment(HOME | {"ANLING_SPARK_MASTER": "yarn", "ANLING_SPARK_IDLE": minutes}).cluster
    assert cluster is not None
    assert cluster.idle == seconds


def test_what_workers_read_may_have_an_address() -> None:
    named = {"ANLING_SPARK_MASTER": "yarn", "ANLING_SPARK_STORE": "hdfs://namenode/anling/"}
    assert read_environment(HOME).shared is None
    assert read_environment(HOME | named).shared == Address("hdfs://namenode/anling")


@pytest.mark.parametrize(
    ("settings", "sentence"),
    [
        ({"ANLING_SPARK_STORE": "hdfs://namenode/anling"}, "stands without ANLING_SPARK_MASTER"),
        ({"ANLING_SPARK_STORE": "/anling", "ANLING_SPARK_MASTER": "yarn"}, "that is no address of a folder"),
    ],
)
def test_a_wrong_address_says_what_to_write(settings: dict[str, str], sentence: str) -> None:
    with pytest.raises(SiteError, match=sentence):
        read_environment(HOME | settings)


@pytest.mark.parametrize(
    ("settings", "sentence"),
    [
        ({"ANLING_SPARK_MASTER": "nowhere"}, "write local\\[2\\], spark://HOST:PORT"),
        ({"ANLING_SPARK_MASTER": "yarn", "ANLING_SPARK_MEMORY": "much"}, "write a number and a unit"),
        ({"ANLING_SPARK_MASTER": "yarn", "ANLING_SPARK_IDLE": "-1"}, "write a whole number from 0 to 9999"),
        ({"ANLING_SPARK_MASTER": "yarn", "ANLING_SPARK_IDLE": "soon"}, "ANLING_SPARK_IDLE is no number of minutes"),
    ],
)
def test_a_wrong_setting_says_what_to_write(settings: dict[str, str], sentence: str) -> None:
    with pytest.raises(SiteError, match=sentence):
        read_environment(HOME | settings)
