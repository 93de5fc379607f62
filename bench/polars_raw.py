"""Polars end to end: raw Parquet files, numbers and names normalised, then the same core. Nothing is kept.

Less than our ingest and decide do together: weak and loss signs are not even read, nothing is checked or quarantined.
"""

import json
import sys
from pathlib import Path

import polars as pl

from anling.policy import Catalogue, CodeMeaning, DatedBy, Policy, load
from anling.rules.evidence import Grade
from bench.place import AS_OF, Place
from bench.polars_rules import first_base, month_of, window_day, write
from bench.polars_text import birth_of, match_key, tied, with_number

_MONTHS = ("application_month", "approval_month", "benefit_start", "last_pass_month")
_WINDOW_MONTHS = 12


def main() -> None:
    """Folder of the scale."""
    place, policy = Place.at(sys.argv[1]), load()
    people = _people(place, policy)
    newest = (
        with_number(_strong_signs(place, policy.catalogue(AS_OF)).filter(pl.col("day") <= AS_OF))
        .select("number", match_key(pl.col("name")).alias("key"), "day", "grade")
        .join(people.select("number", "key", "person_no", "window"), on=["number", "key"])
        .filter(pl.col("day").to_physical() >= pl.col("window"))
        .group_by("person_no", "number")
        .agg(pl.col("day").max().alias("newest"), (pl.col("grade") == 1).any().alias("has_p1"))
    )
    decided = people.select("person_no", "number").join(newest, on=["person_no", "number"], how="left")
    write(
        decided.select(
            "person_no",
            pl.col("newest").is_not_null().alias("eligible"),
            pl.col("has_p1").fill_null(value=False),
            month_of(pl.col("newest")).alias("pass_month"),
        ),
        place.results / "polars_raw.parquet",
    )


def _people(place: Place, policy: Policy) -> pl.LazyFrame:
    """Each person: number, name key, and the day number from which life signs count."""
    rules = [(str(scheme), prefix, str(rule.first_base)) for scheme, prefix, rule in policy.clock_rules(AS_OF)]
    compared = pl.scan_parquet(place.roster("parquet")).filter(pl.col("pay_status").is_in(["paying", "suspended"]))
    rows = (
        tied(with_number(compared))
        .with_columns(_month_index(name) for name in _MONTHS)
        .with_columns(
            pl.coalesce("last_pass_month", first_base(rules)).alias("base"),
            pl.coalesce("birth_date", birth_of(pl.col("number"))).alias("birth_date"),
        )
    )
    by_benefit = [pl.col(name).sort_by("benefit_no").first() for name in ("name", "birth_date")]
    people = rows.group_by("person_no", "number").agg(pl.col("base").min(), *by_benefit)
    earliest = AS_OF.year * 12 + AS_OF.month - 1 - _WINDOW_MONTHS
    return people.with_columns(match_key(pl.col("name")).alias("key"), window_day(earliest).alias("window"))


def _month_index(name: str) -> pl.Expr:
    year, month = pl.col(name).str.slice(0, 4), pl.col(name).str.slice(5, 2)
    return (year.cast(pl.Int32, strict=False) * 12 + month.cast(pl.Int32, strict=False) - 1).alias(name)


def _strong_signs(place: Place, catalogue: Catalogue) -> pl.LazyFrame:
    """number, name, day that counts and grade of every record whose code is a P1 or P2."""
    files = [path for path in place.feed_files("parquet") if _delivered(path)]
    parts = []
    for feed in catalogue.feeds.values():
        strong = [code for code in feed.codes.values() if code.grade in (Grade.P1, Grade.P2)]
        delivered = [path for path in files if path.parent.name == feed.code]
        if strong and delivered:
            parts.append(_strong_of(pl.scan_parquet(delivered), strong))
    return pl.concat(parts)


def _strong_of(rows: pl.LazyFrame, strong: list[CodeMeaning]) -> pl.LazyFrame:
    grades = {code.code: int(code.grade.value[1]) for code in strong}
    by_end = [code.code for code in strong if code.dated_by is DatedBy.END_DATE]
    event, end = pl.col("event_date"), pl.col("end_date")
    day = pl.when(pl.col("code").is_in(by_end)).then(end).otherwise(event) if by_end else event
    grade = pl.col("code").replace_strict(grades, default=None, return_dtype=pl.Int8)
    return rows.filter(pl.col("code").is_in(list(grades))).select(
        "id_number", "name", day.alias("day"), grade.alias("grade")
    )


def _delivered(path: Path) -> bool:
    manifest = json.loads(path.with_suffix(".json").read_text(encoding="utf-8"))
    return str(manifest["delivered_at"])[:10] <= AS_OF.isoformat()


if __name__ == "__main__":
    main()
