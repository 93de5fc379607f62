"""Polars, streaming, on our ingested store: exact join, window, strong signs, newest month per person, written."""

import sys
from collections.abc import Iterable

import polars as pl

from anling.matching.inputs import Inputs
from bench.place import Place
from bench.polars_rules import first_base, month_of, window_day, write
from bench.question import Question


def main() -> None:
    """Folder of the scale."""
    place = Place.at(sys.argv[1])
    question = Question.read(place)
    inputs, end_mark = question.inputs, question.parameters["end_mark"]
    people = _people(inputs, question.parameters["window_month"])
    newest = (
        pl.scan_parquet([batch.folder / "life.parquet" for batch in inputs.batches])
        .select("key", "name_h", "mark")
        .filter((pl.col("mark") & 3) <= 2, pl.col("mark") < end_mark, pl.col("name_h") != 0)
        # by the number alone and then the name: a little cheaper for Polars than by both
        .join(people.select("person_seq", "key", "name_h", "window_mark"), on="key")
        .filter(pl.col("name_h") == pl.col("name_h_right"), pl.col("mark") >= pl.col("window_mark"))
        .group_by("person_seq")
        .agg(pl.col("mark").max().alias("newest"), ((pl.col("mark") & 3) == 1).any().alias("has_p1"))
    )
    day = pl.col("newest") // 256
    decided = people.select("person_no", "person_seq").join(newest, on="person_seq", how="left")
    write(
        decided.select(
            "person_no",
            pl.col("newest").is_not_null().alias("eligible"),
            pl.col("has_p1").fill_null(value=False),
            month_of(day.cast(pl.Date)).alias("pass_month"),
        ),
        place.results / "polars_core.parquet",
    )


def _people(inputs: Inputs, window_month: int) -> pl.LazyFrame:
    """Each person with the earliest base of its rows, and the mark from which life signs count."""
    rows = pl.scan_parquet(inputs.roster).filter(pl.col("compared"), pl.col("key").is_not_null())
    based = _with_base(rows, inputs.clock_rules)
    first = pl.col("first_row")
    return (
        based.group_by("person_seq")
        .agg(
            pl.col("base").min(),
            *(pl.col(name).filter(first).first() for name in ("person_no", "key", "name_h", "birth_date")),
        )
        .with_columns((window_day(window_month) * 256).cast(pl.Int32).alias("window_mark"))
    )


def _with_base(rows: pl.LazyFrame, rules: Iterable[tuple[str, str, str]]) -> pl.LazyFrame:
    wanted = rows.select(
        "person_seq", "person_no", "key", "name_h", "birth_date", "first_row", "scheme", "region", "last_pass_month",
        "application_month", "approval_month", "benefit_start",
    )  # fmt: skip
    return wanted.with_columns(pl.coalesce("last_pass_month", first_base(rules)).alias("base"))


if __name__ == "__main__":
    main()
