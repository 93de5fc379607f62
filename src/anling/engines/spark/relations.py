"""What the steps are given on Spark (matching.steps.GIVEN): views over the ingested store and the policy's tables."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pyarrow.parquet as pq
from pyspark.sql import DataFrame, SparkSession
from pyspark.sql.functions import expr

from anling.engines.spark.address import Address
from anling.engines.spark.names import bring_names
from anling.matching.inputs import BatchFiles, Inputs
from anling.matching.words import text

_SIGNS = {
    "life.parquet": "key BIGINT, name_h BIGINT, mark INT, code STRING, name STRING",
    "loss.parquet": """key BIGINT, name_h BIGINT, sign STRING, grade STRING, row_id STRING, name STRING,
        id_status STRING, id_text STRING, day INT, end_day INT, birth_date DATE, sex SMALLINT""",
    "odd_names.parquet": "name_h BIGINT, name STRING",
    "other.parquet": "key BIGINT, name_h BIGINT, day INT, sign STRING, code STRING, name STRING",
}
"""The columns that the steps read of each file of a batch."""

_ROSTER = """benefit_no STRING, person_no STRING, scheme STRING, region STRING, person_seq INT, first_row BOOLEAN,
    only_row BOOLEAN, number_shared BOOLEAN, key BIGINT, id_status STRING, odd_id STRING, id_raw STRING, name STRING,
    name_h BIGINT, last_pass_month INT, application_month INT, approval_month INT, benefit_start INT, birth_date DATE,
    sex SMALLINT, compared BOOLEAN"""
_ROW = "_tmp_metadata_row_index"
"""The column in which Spark's reader counts a file's rows; asked as `_metadata.row_index`, each is made an object."""
_KNOWN_BATCH = "coalesce(batch_no, raise_error('a file of the store belongs to no batch'))"
_BEFORE_PATH = re.compile(r"^(\w+:)//(?=/)")
"""Spark names one file in two ways: file:///a in a listing, file:/a beside its rows."""
_GLOB = re.compile(r"([\\\[\]{}*?])")
_Named = Callable[[Path], str]
"""What the workers call a file of the store."""


def bring(spark: SparkSession, inputs: Inputs, name_of: _Named = str) -> None:
    """Create every relation and function that the steps expect. There is one slice: all people at once.

    name_of: what the workers call a file of the store, which on a drive that they share is its path.
    """
    bring_names(spark)
    _roster(spark, name_of(inputs.roster))
    _small_tables(spark, inputs)
    _signs(spark, "life", inputs.batches, "life.parquet", name_of)
    loss = _signs(spark, "raw_loss", inputs.batches, "loss.parquet", name_of)
    loss.selectExpr("*", "unix_date(birth_date) AS birth_day", "nullif(sex, 9) AS known_sex").drop(
        "sex"
    ).withColumnRenamed("known_sex", "sex").createOrReplaceTempView("loss")
    _signs(spark, "odd_name_of_batch", inputs.batches, "odd_names.parquet", name_of)
    spark.sql("SELECT name_h, min(name) AS name FROM odd_name_of_batch GROUP BY name_h").createOrReplaceTempView(
        "odd_name"
    )
    _signs(spark, "other_sign", inputs.batches, "other.parquet", name_of)
    _life_with_codes(spark, inputs, "border_entry", (("police_border", "entry"),), name_of)
    _life_with_codes(spark, inputs, "no_raise", inputs.no_raise_codes, name_of)
    for name, whole in (("slice_row", "roster"), ("slice_person", "person"), ("slice_life", "life")):
        spark.table(whole).createOrReplaceTempView(name)


def _roster(spark: SparkSession, file: str) -> None:
    rows = _read(spark, [file], f"{_ROSTER}, {_ROW} BIGINT")
    rows.where("compared").selectExpr(
        f"{_ROW} AS pos", "benefit_no", "person_no", "scheme", "region", "person_seq", "first_row",
        "only_row", "number_shared", "key", "id_status", "coalesce(odd_id, id_raw) AS id_text", "name", "name_h",
        "last_pass_month", "application_month", "approval_month", "benefit_start",
        "unix_date(birth_date) AS birth_day", "nullif(sex, 9) AS sex",
    ).createOrReplaceTempView("roster")  # fmt: skip
    spark.sql("SELECT * FROM roster WHERE first_row AND key IS NOT NULL").createOrReplaceTempView("person")


def _small_tables(spark: SparkSession, inputs: Inputs) -> None:
    batches = [(place, each.feed, each.batch, each.department) for place, each in enumerate(inputs.batches)]
    _table(spark, "batch", "batch_no INT, feed STRING, batch STRING, department STRING", batches)
    _table(spark, "clock_rule", "scheme STRING, region_prefix STRING, first_base STRING", inputs.clock_rules)
    _table(spark, "weak_kind", "kind INT, kind_bit BIGINT", [(kind, 1 << kind) for kind in inputs.weak_kinds])


def _table(spark: SparkSession, name: str, columns: str, rows: Iterable[tuple[str | int, ...]]) -> None:
    named = [column.split() for column in columns.split(", ")]
    values = ", ".join(f"({', '.join(_value(value) for value in row)})" for row in rows)
    source = f"VALUES {values} AS t({', '.join(column for column, _ in named)})" if values else "range(0)"
    listed = ", ".join(f"CAST({column if values else 'NULL'} AS {kind}) AS {column}" for column, kind in named)
    spark.sql(f"SELECT {listed} FROM {source}").createOrReplaceTempView(name)


def _value(value: str | int) -> str:
    return str(value) if isinstance(value, int) else text(value).replace("\\", "\\\\")


def _signs(spark: SparkSession, name: str, batches: Iterable[BatchFiles], file: str, name_of: _Named) -> DataFrame:
    """A view over one file of many batches; `batch_no` is the batch's number, `pos` its place in the batch's store."""
    found = {place: path for place, each in enumerate(batches) if (path := each.file(file)) and _has_rows(path)}
    if found:
        read = _read(spark, dict.fromkeys(map(name_of, found.values())), f"{_SIGNS[file]}, {_ROW} BIGINT")
        alike = _alike(found.values())
        rows = read.withColumnRenamed(_ROW, "pos").withColumn("file_h", expr(_file_key("_metadata", alike)))
        rows = rows.join(_places(spark, read, found, alike, name_of).hint("broadcast"), "file_h", "left").drop("file_h")
        rows = rows.withColumn("batch_no", expr(_KNOWN_BATCH))
    else:
        rows = spark.createDataFrame([], f"{_SIGNS[file]}, pos BIGINT, batch_no INT")
    rows.createOrReplaceTempView(name)
    return rows


def _has_rows(path: Path) -> bool:
    """Whether a file is worth opening; half of a store's are not. One that is gone is, so that its reader says so."""
    return not path.exists() or pq.read_metadata(path).num_rows > 0


def _places(
    spark: SparkSession, read: DataFrame, found: Mapping[int, Path], alike: Collection[int], name_of: _Named
) -> DataFrame:
    """Which batches a file stands for. Spark says of each row which file it comes from, and how long that is."""
    written = {unquote(urlsplit(file).path): _BEFORE_PATH.sub(r"\1", file) for file in read.inputFiles()}
    rows = [(place, written[_path_of(name_of(path))], _size(path)) for place, path in found.items()]
    values = ", ".join(f"({place}, {_value(file)}, CAST({size} AS BIGINT))" for place, file, size in rows)
    return spark.sql(
        f"SELECT {_file_key('t', alike)} AS file_h, batch_no FROM VALUES {values} AS t(batch_no, file_path, file_size)"
    )


def _file_key(of: str, alike: Collection[int]) -> str:
    """By what a file is known: its length, and where others are as long, a hash of its path, which takes longer."""
    if not alike:
        return f"{of}.file_size"
    listed = ", ".join(f"{size}L" for size in sorted(alike))
    return f"CASE WHEN {of}.file_size IN ({listed}) THEN xxhash64({of}.file_path) ELSE {of}.file_size END"


def _alike(files: Iterable[Path]) -> frozenset[int]:
    """The lengths that several files have."""
    return frozenset(size for size, count in Counter(map(_size, set(files))).items() if count > 1)


def _size(file: Path) -> int:
    return file.stat().st_size if file.exists() else -1  # of one that is gone its reader tells


def _path_of(file: str) -> str:
    return Address(file).path if "://" in file else file


def _life_with_codes(
    spark: SparkSession, inputs: Inputs, name: str, codes: Iterable[tuple[str, str]], name_of: _Named
) -> None:
    """The life signs of a few feeds and codes, read from those feeds' files alone."""
    codes = tuple(codes)
    batches = inputs.of_feeds(frozenset(feed for feed, _ in codes))
    wanted = ", ".join(text(code) for _, code in codes) or "''"
    signs = _signs(spark, f"{name}_feed", batches, "life.parquet", name_of).where(f"code IN ({wanted})")
    signs.selectExpr("key", "name_h", "name", "shiftright(mark, 8) AS day").createOrReplaceTempView(name)


def _read(spark: SparkSession, files: Iterable[str], columns: str) -> DataFrame:
    """Parquet files by their exact names; what a path holds of a pattern's signs is no pattern."""
    return spark.read.schema(columns).parquet(*[_GLOB.sub(r"\\\1", file) for file in files])
