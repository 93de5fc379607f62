"""The questions about names that Spark puts to `rules.names`, a column at a time, in the workers' own Python."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import Any

import pyarrow as pa
from pyspark.sql import SparkSession
from pyspark.sql.pandas.functions import arrow_udf

from anling.matching.normalise.names import name_hash
from anling.rules.names import PersonName, agreement, has_wildcard, match_key, simplified

_REMEMBERED = 1 << 16


_read = lru_cache(_REMEMBERED)(PersonName.read)


@lru_cache(_REMEMBERED)
def _agreement(a: str, b: str) -> str:
    return agreement(_read(a), _read(b)).value


@lru_cache(_REMEMBERED)
def _simplified_hash(name: str) -> int:
    return name_hash(simplified(match_key(name)))


@lru_cache(_REMEMBERED)
def _has_wildcard(name: str) -> bool:
    return has_wildcard(match_key(name))


def _agreement_of(a: pa.Array, b: pa.Array) -> pa.Array:
    return pa.array(map(_agreement, a.to_pylist(), b.to_pylist()), pa.string())


def _simplified_hash_of(name: pa.Array) -> pa.Array:
    return pa.array(map(_simplified_hash, name.to_pylist()), pa.int64())


def _has_wildcard_in(name: pa.Array) -> pa.Array:
    return pa.array(map(_has_wildcard, name.to_pylist()), pa.bool_())


_FUNCTIONS: tuple[tuple[str, Callable[..., Any], str], ...] = (
    ("agreement_of", _agreement_of, "string"),
    ("simplified_hash_of", _simplified_hash_of, "bigint"),
    ("has_wildcard_in", _has_wildcard_in, "boolean"),
)


def bring_names(spark: SparkSession) -> None:
    """Define the functions that the dialect's macros about names call."""
    for name, work, gives in _FUNCTIONS:
        spark.udf.register(name, arrow_udf(work, gives))  # type: ignore[call-overload]  # its own overloads lack these
