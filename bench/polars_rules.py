"""The little of the rule that the peer decides, as Polars expressions: base, window, month."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import polars as pl

from bench.process import report

_FIRST_BASE = {
    "application_next_month": pl.coalesce("application_month", "approval_month") + 1,
    "application_month": pl.coalesce("application_month", "approval_month"),
    "approval_month": pl.coalesce("approval_month", "application_month"),
    "benefit_start": pl.col("benefit_start"),
    "none": pl.lit(None, pl.Int32),
}


def first_base(rules: Iterable[tuple[str, str, str]]) -> pl.Expr:
    """Base of a benefit never certified; of (scheme, region prefix, first base) the longest fitting prefix rules."""
    longest_first = sorted(rules, key=lambda rule: -len(rule[1]))
    base = pl.lit(None, pl.Int32)
    for scheme, prefix, name in reversed(longest_first):
        fits = (pl.col("scheme") == scheme) & pl.col("region").str.starts_with(prefix)
        base = pl.when(fits).then(_FIRST_BASE[name]).otherwise(base)
    return base


def window_day(window_month: int) -> pl.Expr:
    """Day number from which a life sign is in the window: after the base, within a year, and not before birth."""
    month = pl.max_horizontal(pl.col("base") + 1, pl.lit(window_month))
    first_day = pl.date(month // 12, month % 12 + 1, 1).to_physical()
    return pl.max_horizontal(first_day, pl.col("birth_date").to_physical())


def month_of(day: pl.Expr) -> pl.Expr:
    """A date's month as year × 12 + month − 1."""
    return day.dt.year() * 12 + day.dt.month().cast(pl.Int32) - 1


def write(decided: pl.LazyFrame, out: Path) -> None:
    """Write one row per person by the streaming engine, and report what the rows come to."""
    out.parent.mkdir(parents=True, exist_ok=True)
    decided.sink_parquet(out, compression="snappy", maintain_order=False, engine="streaming")
    total = pl.scan_parquet(out).select(
        pl.len().alias("people"), pl.col("eligible").sum(), pl.col("pass_month").cast(pl.Int64).sum().alias("months")
    )
    report(**total.collect().row(0, named=True))
