"""Who lives and who dies in the simulated year, and what departments deliver of it month by month.

People, names and numbers come from the synthetic province of 31 December; its feeds cover the thirteen months before.
The feeds of the year itself are made here: rows about people of the roster as their lives go, and rows about strangers
(another synthetic province) so that each feed is as large as the catalogue expects.
"""

from __future__ import annotations

import hashlib
import json
import random
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pyarrow as pa
import pyarrow.parquet as pq

from anling.policy import load
from anling.rules.money import half_up
from anling.rules.months import Month
from anling.synthesis import generate

CHINA = ZoneInfo("Asia/Shanghai")
BEGUN = date(2025, 12, 31)
FIRST = Month.of(2026, 1)
SILENT = tuple(Month.of(2026, month) for month in range(3, 10))
"""Months of which the police deliver no border crossings before the end of October."""
LATE = Month.of(2026, 10)

_DEATHS_A_MONTH = 0.003
_SEEN_BY_DATA = 0.7
_CARE_A_MONTH = 0.13
_DELAYS = (0, 0, 0, 1, 1, 2, 4)
"""Months by which a death is told late, drawn with equal chances."""
_SCHEMA = pa.schema([
    ("row_id", pa.string()), ("id_number", pa.string()), ("name", pa.string()), ("event_date", pa.date32()),
    ("end_date", pa.date32()), ("code", pa.string()),
])  # fmt: skip
Row = dict[str, Any]


@dataclass
class Someone:
    """A person of the roster. told: the months in which records of the death arrive; passes_by_hand: at a counter."""

    person_no: str
    id_number: str
    name: str
    death: date | None = None
    told: Month | None = None
    seen_by_data: bool = True


@dataclass
class World:
    """The truth, and the folder in which departments deliver."""

    folder: Path
    people: dict[str, Someone]
    strangers: list[Row]
    chance: random.Random
    amount: int
    known_deaths: dict[str, date] = field(default_factory=dict)

    @classmethod
    def make(cls, folder: Path, people: int, seed: int) -> World:
        """The province of the last day of the year before, and strangers."""
        generate(people=people, seed=seed, out=folder / "province", as_of=BEGUN)
        generate(people=max(people // 4, 50), seed=seed + 1, out=folder / "strangers", as_of=BEGUN)
        chance = random.Random(seed)
        truth = {row["person_no"]: row for row in pq.read_table(folder / "province" / "truth.parquet").to_pylist()}
        found = {}
        for row in pq.read_table(folder / "province" / "roster.parquet").to_pylist():
            told = truth[row["person_no"]]
            found[row["person_no"]] = Someone(
                row["person_no"], row["id_number"], row["name"], told["death_date"], None,
                chance.random() < _SEEN_BY_DATA,
            )  # fmt: skip
        strangers = pq.read_table(folder / "strangers" / "roster.parquet").to_pylist()
        return cls(folder, found, strangers, chance, people)

    def raised_roster(self, factor: Decimal) -> Path:
        """The roster with every monthly amount raised."""
        rows = pq.read_table(self.folder / "province" / "roster.parquet")
        place = rows.schema.get_field_index("monthly_amount")
        raised = [amount and half_up(amount * factor) for amount in rows.column(place).to_pylist()]
        path = self.folder / "roster-raised.parquet"
        pq.write_table(
            rows.set_column(place, rows.schema.field(place), pa.array(raised, rows.schema.types[place])), path
        )
        return path

    def deliveries_before(self) -> list[Path]:
        """What departments had delivered before the year, oldest first."""
        manifests = sorted((self.folder / "province" / "feeds").glob("*/*.json"), key=_delivered)
        return [path.with_suffix(".parquet") for path in manifests]

    def live(self, month: Month) -> None:
        """Some die in the month; their records arrive then or later."""
        for each in self.people.values():
            if each.death is None and self.chance.random() < _DEATHS_A_MONTH:
                each.death = month.first_day + timedelta(days=self.chance.randrange(28))
                each.told = month + self.chance.choice(_DELAYS)

    def deliver(self, month: Month) -> list[Path]:
        """The deliveries that arrive on the first days after a month; those of an outage come with the next ones."""
        catalogue = load().catalogue(month.first_day)
        made = []
        for code, feed in catalogue.feeds.items():
            border = code == "police_border"
            if not feed.required or (border and month in SILENT):
                continue
            for covered in (*SILENT, month) if border and month == LATE else (month,):
                expected = int((feed.expected_per_1000_month or 0) * self.amount / 1000)
                rows = self._rows(code, covered, max(expected, 2))
                made.append(self._write(code, covered, month, rows))
        return made

    def _rows(self, code: str, month: Month, expected: int) -> list[Row]:
        rows = []
        for each in self.people.values():
            alive = each.death is None or each.death >= (month + 1).first_day
            if code == "insurance_outpatient" and alive and each.seen_by_data:
                if self.chance.random() < _CARE_A_MONTH:
                    rows.append(self._row(each.id_number, each.name, self._day(month), "code"))
            elif code in ("police_death", "health_death", "civil_cremation") and each.told == month and each.death:
                rows.append(self._row(each.id_number, each.name, each.death, _DEATH[code]))
        while len(rows) < expected:
            stranger = self.chance.choice(self.strangers)
            rows.append(self._row(stranger["id_number"], stranger["name"], self._day(month), _USUAL[code]))
        return rows

    def _day(self, month: Month) -> date:
        return month.first_day + timedelta(days=self.chance.randrange(28))

    def _row(self, number: str, name: str, day: date, code: str) -> Row:
        end = day + timedelta(days=200) if code == "term" else day if code == "discharged" else None
        return {"id_number": number, "name": name, "event_date": day, "end_date": end, "code": code}

    def _write(self, code: str, covered: Month, month: Month, rows: list[Row]) -> Path:
        folder = self.folder / "year" / code
        folder.mkdir(parents=True, exist_ok=True)
        path = folder / f"{covered}.parquet"
        numbered = [{"row_id": f"{place:08}", **row} for place, row in enumerate(rows)]
        pq.write_table(pa.Table.from_pylist(numbered, _SCHEMA), path)
        delivered = datetime.combine((month + 1).first_day, datetime.min.time(), CHINA) + timedelta(hours=8)
        manifest = {
            "feed": code, "batch": str(covered), "covers_from": str(covered.first_day),
            "covers_to": str(covered.last_day), "delivered_at": delivered.isoformat(), "rows": len(rows),
            "sha256": hashlib.sha256(path.read_bytes()).hexdigest(),
        }  # fmt: skip
        path.with_suffix(".json").write_text(json.dumps(manifest), encoding="utf-8")
        return path


_DEATH = {"police_death": "death", "health_death": "certificate", "civil_cremation": "cremated"}
_USUAL = {
    **_DEATH, "insurance_inpatient": "discharged", "insurance_outpatient": "code", "justice_prison": "term",
    "police_border": "exit",
}  # fmt: skip


def _delivered(manifest: Path) -> str:
    return str(json.loads(manifest.read_text(encoding="utf-8"))["delivered_at"])
