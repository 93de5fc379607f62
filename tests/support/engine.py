"""Runs the real engine on a world, files in and files out, and reads back what it wrote."""

import tempfile
from collections import Counter
from datetime import date
from importlib.resources import files
from pathlib import Path

import pyarrow.parquet as pq

from anling.comparison.run import compare
from anling.policy import Policy, load
from tests.support.files import write_world
from tests.support.reference import Result
from tests.support.world import Row, World


def run(
    world: World,
    policy: Policy,
    *,
    file_format: str = "parquet",
    threads: int | None = None,
    people_per_slice: int | None = None,
) -> Result:
    """Decisions and evidence in the order in which the engine wrote them."""
    with tempfile.TemporaryDirectory() as folder:
        roster, feeds = write_world(world, Path(folder), file_format)
        out, store = Path(folder) / "out", Path(folder) / "store"
        compare(
            roster=roster,
            feeds=feeds,
            as_of=world.as_of,
            out=out,
            store=store,
            policy=policy,
            threads=threads,
            people_per_slice=people_per_slice,
            max_rejected=1.0,  # generated batches break the contract often
        )
        return Result(read_rows(out / "decisions.parquet"), read_rows(out / "evidence.parquet"))


def read_rows(path: Path) -> list[Row]:
    rows: list[Row] = pq.read_table(path).to_pylist()
    return rows


def policy_requiring(folder: Path, nothing: bool) -> Policy:
    """The shipped policy, or the same with no feed required: then absence always means absence."""
    if not nothing:
        return load()
    shipped = files("anling.policy").joinpath("guangdong", "feeds.yaml")
    text = shipped.read_text(encoding="utf-8").replace("required: {value: true,", "required: {value: false,")
    (folder / "feeds.yaml").write_text(text, encoding="utf-8")
    return load(folder)


def differences(found: Result, expected: Result) -> list[str]:
    """Rows that only one side has, in any order; empty where they agree."""
    return [
        *unequal("decisions", found.decisions, expected.decisions),
        *unequal("evidence", found.evidence, expected.evidence),
    ]


def unequal(what: str, found: list[Row], expected: list[Row]) -> list[str]:
    engine, reference = Counter(map(as_line, found)), Counter(map(as_line, expected))
    only_engine = [f"{what}, engine only:    {line}" for line in (engine - reference).elements()]
    only_reference = [f"{what}, reference only: {line}" for line in (reference - engine).elements()]
    return sorted(only_engine + only_reference, key=lambda line: line.split(": ", 1)[1])


def as_line(row: Row) -> str:
    return " ".join(f"{name}={as_word(row[name])}" for name in row)


def as_word(value: object) -> str:
    if isinstance(value, list) and value and isinstance(value[0], dict):
        return str(sorted("/".join(map(str, record.values())) for record in value))
    return value.isoformat() if isinstance(value, date) else str(value)
