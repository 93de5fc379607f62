"""The lists as an office wants them: one file per paying city and list, and the totals (N-B1, contracts.md)."""

from __future__ import annotations

import csv
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from anling.comparison.list_files import open_list
from anling.comparison.phrases import LISTS, REASONS, SCHEMES, joined
from anling.engines.duckdb.listing import Group, Listing, Result, Words
from anling.engines.duckdb.session import Session
from anling.policy import Policy
from anling.rules.evidence import ListName, Reason, Scheme

BYTE_ORDER_MARK = "\ufeff"
Progress = Callable[[str, int, int], None]


@dataclass(frozen=True, slots=True)
class Resources:
    """What the engine may use: memory such as "4GB", threads (None: one per core), a folder to spill into."""

    memory_limit: str
    threads: int | None
    temp: Path


def write_lists(
    folder: Path,
    *,
    roster: Path,
    policy: Policy,
    as_of: date,
    list_format: str,
    resources: Resources,
    progress: Progress,
) -> None:
    """Write `lists/` beside the decisions and evidence that the run's `folder` holds.

    roster: the ingested roster.parquet. list_format: parquet, csv or xlsx. Every city of the roster gets a file for
    every list, the empty ones with headers alone; summary.csv counts them by scheme.
    """
    session = Session(memory_limit=resources.memory_limit, threads=resources.threads, temp=resources.temp)
    result = Result(folder / "decisions.parquet", folder / "evidence.parquet", roster)
    with Listing(session, result) as listing:
        clocks = [
            (str(scheme), prefix, str(rule.first_base), rule.stop_after_months)
            for scheme, prefix, rule in policy.clock_rules(as_of)
        ]
        listing.prepare(_words(), {codes: _reasons(codes) for codes in listing.reasons()}, clocks)
        counts = {(city, scheme, name): rows for city, scheme, name, rows in listing.counts()}
        cities = _cities({city for city, _, _ in counts}, policy)
        _write_summary(folder / "lists", counts, cities)
        _write_files(folder / "lists", listing, cities, list_format, progress)


@dataclass(frozen=True, slots=True)
class City:
    """A paying city: the first four digits of its code and its names, '' where the policy does not know it."""

    code: str
    zh: str
    en: str

    @property
    def folder(self) -> str:
        """'4401-广州市', or the code alone."""
        return f"{self.code}-{self.zh}" if self.zh else self.code


def _cities(codes: set[str], policy: Policy) -> tuple[City, ...]:
    names = policy.cities
    return tuple(City(code, *names.get(code, ("", ""))) for code in sorted(codes))


def _write_files(
    folder: Path, listing: Listing, cities: tuple[City, ...], list_format: str, progress: Progress
) -> None:
    groups = {(group.city, group.list_code): group for group in listing.groups()}
    wanted = [(city, name) for city in cities for name in ListName]
    for done, (city, name) in enumerate(wanted, 1):
        (folder / city.folder).mkdir(parents=True, exist_ok=True)
        file = folder / city.folder / f"{name.value}.{list_format}"
        _write_file(file, listing, groups.get((city.code, name.value)), list_format)
        progress("lists", done, len(wanted))


def _write_file(file: Path, listing: Listing, group: Group | None, list_format: str) -> None:
    with open_list(file, list_format) as written:
        if group:
            for piece in listing.pieces(group, guarded=written.guarded):
                written.add(piece)


def _write_summary(folder: Path, counts: Mapping[tuple[str, str, str], int], cities: tuple[City, ...]) -> None:
    folder.mkdir()
    with (folder / "summary.csv").open("w", encoding="utf-8", newline="") as file:
        file.write(BYTE_ORDER_MARK)
        table = csv.writer(file)
        table.writerow(("城市代码 city", "城市", "city name", "险种 scheme", "名单 list", "待遇数 benefits"))
        for city in cities:
            for scheme in Scheme:
                for name in ListName:
                    rows = counts.get((city.code, scheme.value, name.value), 0)
                    words = (" ".join(SCHEMES[scheme]), " ".join(LISTS[name]))
                    table.writerow((city.code, city.zh, city.en, *words, rows))


def _words() -> Words:
    return Words(
        schemes={scheme.value: SCHEMES[scheme] for scheme in Scheme},
        lists={name.value: LISTS[name] for name in ListName},
    )


def _reasons(codes: str) -> tuple[str, str]:
    said = joined(REASONS[Reason(code)] for code in codes.split())
    return said.zh, said.en
