"""The settings of Spark that decide how fast it is; docs/operations/spark.md says how they were chosen."""

from __future__ import annotations

from collections.abc import Mapping

_BROADCAST = 0.03
"""Share of the memory limit up to which the smaller side of a join is sent to every worker as a whole."""
_BYTES_PER_PARTITION = 64 << 20

_MANY = "-XX:+UseParallelGC"
_ONE = "-XX:+UseSerialGC"
"""One thread that clears away takes less CPU than several that wait for one another; on one machine that counts."""
_ROOM = "-XX:MetaspaceSize=256m"
"""Spark's classes fill that. Java begins with 21 MB, and each time they grow it goes through the whole heap."""
_YOUNG = 4
"""The share of the heap, one in so many, that is for what tasks make and drop at once."""
LONG_METHODS = "-XX:-DontCompileHugeMethods"
"""Java would leave methods of over 8,000 bytes of code to its interpreter; Spark writes longer ones for wide rows."""
CODE = "-XX:ReservedCodeCacheSize=240m"
"""Room for compiled code. Java's first compiler alone would be given 48 MB, and throw some of its work away for it."""
FIRST_COMPILER = "-XX:TieredStopAtLevel=1"
"""On one machine a run is over before Java's second compiler has earned what it takes; a second run earns it."""

_SILENT = {
    "spark.sql.ui.explainMode": "simple",
    "spark.sql.debug.maxToStringFields": "1",
    "spark.sql.maxPlanStringLength": "1000",
}
"""Spark tells its listeners each plan in words, again whenever it changes one; here nobody listens, and words cost."""
_NOT_AT_HOME = (
    "spark.broadcast.compress", "spark.broadcast.checksum", "spark.shuffle.compress", "spark.shuffle.checksum.enabled",
)  # fmt: skip
"""What guards and shortens the way from one machine to another."""


def java_options(heap: int, *, local: bool, once: bool) -> str:
    """Options of the Java that runs tasks, with a heap of so many MB; on one machine that is the driver's.

    once: it ends with its first run.
    """
    if not local:
        return " ".join((_MANY, LONG_METHODS))
    options = (_ONE, f"-Xms{heap}m -Xmn{heap // _YOUNG}m", _ROOM, LONG_METHODS, CODE)
    return " ".join((*options, FIRST_COMPILER) if once else options)


def settings(memory_limit: int, *, local: bool) -> Mapping[str, str]:
    """For executors of so many bytes. local: all in one process, where what is sent stays in memory."""
    chosen = {
        "spark.sql.codegen.cache.maxEntries": "1000",
        "spark.sql.codegen.aggregate.map.twolevel.enabled": "false",
        "spark.sql.join.preferSortMergeJoin": "false",
        "spark.sql.adaptive.maxShuffledHashJoinLocalMapThreshold": str(_BYTES_PER_PARTITION),
        "spark.sql.adaptive.advisoryPartitionSizeInBytes": str(_BYTES_PER_PARTITION),
        "spark.sql.autoBroadcastJoinThreshold": str(int(memory_limit * _BROADCAST)),
        "spark.sql.sources.parallelPartitionDiscovery.threshold": "100000",
        "spark.sql.files.openCostInBytes": str(256 << 10),
        "spark.sql.maxConcurrentOutputFileWriters": "128",
        "spark.sql.parquet.compression.codec": "uncompressed",
        "spark.hadoop.parquet.enable.dictionary": "false",
        "spark.hadoop.parquet.page.write-checksum.enabled": "false",
        "spark.hadoop.parquet.column.statistics.enabled": "false",
        "spark.hadoop.parquet.size.statistics.enabled": "false",
        **_SILENT,
        "spark.sql.execution.arrow.pyspark.enabled": "true",
    }
    if local:
        chosen |= dict.fromkeys(_NOT_AT_HOME, "false")
    return chosen
