"""A synthetic province with known truth: roster, feeds, truth and its description, chunk by chunk, whole or not at all.

The same people, seed and as-of day give the same files on any machine: every chunk has its own PCG64 stream, and
nothing depends on hash order, on time or on the number of processors.
"""

import json
from collections.abc import Callable
from datetime import date
from pathlib import Path

import numpy as np

from anling.comparison.placing import Draft, put_back
from anling.synthesis import loss, roster, truth
from anling.synthesis.activity import draw_traits
from anling.synthesis.calendar import Calendar
from anling.synthesis.chunk import DEATH_FEEDS, open_chunk
from anling.synthesis.columns import NEVER
from anling.synthesis.departments import FEEDS
from anling.synthesis.description import describe
from anling.synthesis.feeds import FeedFiles
from anling.synthesis.files import Growing, open_file, suffix
from anling.synthesis.numbers import MOST_CHUNKS, OrderSlots
from anling.synthesis.people import draw_people
from anling.synthesis.summary import Summary
from anling.synthesis.traps import TRAPS, plant_all

MARK = "synth.json"
"""What makes a folder a synthetic province; written last."""
CHUNK_PEOPLE = 250_000
STRANGERS_SHARE = 0.036
"""People in feeds who are not on the roster, per recipient: an assumption (most of them the other deaths)."""
DEFAULT_AS_OF = date(2026, 6, 30)
Progress = Callable[[str, int, int], None]


def generate(
    people: int,
    seed: int,
    out: Path,
    *,
    as_of: date = DEFAULT_AS_OF,
    format: str = "parquet",  # noqa: A002 - the contract names it so
    encoding: str = "utf-8",
    progress: Progress | None = None,
) -> Summary:
    """Make a province of `people` recipients under `out` (contracts.md): roster, feeds, truth.parquet, synth.json.

    `format` is parquet or csv, `encoding` (csv only) utf-8 or gb18030; `progress` hears stage, done, total. `out`
    must be absent, empty, or an earlier synthetic province, which is replaced once the new one is whole.
    Raises ValueError for a size, format, encoding or folder that cannot be used, OSError where it cannot be written.
    """
    put_back(out, MARK)
    _check(people, seed, format, encoding, out)
    with Draft(out, MARK) as draft:
        return _Province(people, seed, Calendar(as_of), draft, format, encoding).make(out, progress)


def _check(people: int, seed: int, form: str, encoding: str, out: Path) -> None:
    if not 1 <= people <= MOST_CHUNKS * CHUNK_PEOPLE:
        raise ValueError(f"the number of people must lie between 1 and {MOST_CHUNKS * CHUNK_PEOPLE:,}, not {people:,}")
    if seed < 0:
        raise ValueError(f"the seed must not be negative, but is {seed}")
    suffix(form)
    if encoding not in ("utf-8", "gb18030"):
        raise ValueError(f"the encoding must be utf-8 or gb18030, not {encoding!r}")
    if out.exists() and not out.is_dir():
        raise ValueError(f"{out} is a file: name a folder")
    if out.exists() and any(out.iterdir()) and not (out / MARK).exists():
        raise ValueError(f"{out} holds other files: name an empty folder or one made by synth")


class _Province:
    """The files of one province while they grow."""

    def __init__(self, people: int, seed: int, when: Calendar, draft: Path, form: str, encoding: str) -> None:
        self._people, self._seed, self._when, self._draft = people, seed, when, draft
        self._feeds = [FeedFiles(draft / "feeds", department, when, form, encoding) for department in FEEDS]
        self._roster: Growing = open_file(draft / ("roster" + suffix(form)), roster.SCHEMA, encoding)
        self._truth: Growing = open_file(draft / "truth.parquet", truth.SCHEMA, "utf-8")
        self._traps = np.zeros(len(TRAPS), dtype=np.int64)
        self._benefits = self._deaths = 0

    def make(self, out: Path, progress: Progress | None) -> Summary:
        """Make every chunk, close the files, write synth.json."""
        starts = range(0, self._people, CHUNK_PEOPLE)
        for chunk, start in enumerate(starts):
            if progress is not None:
                progress("people", start, self._people)
            self._add_chunk(chunk, len(starts), start)
        self._roster.close()
        self._truth.close()
        for feed in self._feeds:
            feed.close()
        summary = self._summary(out)
        text = json.dumps(describe(self._seed, self._when, summary), ensure_ascii=False, indent=2)
        (self._draft / MARK).write_text(text + "\n", encoding="utf-8")
        if progress is not None:
            progress("people", self._people, self._people)
        return summary

    def _add_chunk(self, number: int, chunks: int, start: int) -> None:
        rng = np.random.Generator(np.random.PCG64(np.random.SeedSequence([self._seed, number])))
        known = min(CHUNK_PEOPLE, self._people - start)
        strangers = int(known * STRANGERS_SHARE)
        serial = number * 2 * CHUNK_PEOPLE
        people = draw_people(rng, serial, known, strangers, OrderSlots(number, chunks), self._when)
        chunk = open_chunk(rng, self._when, people)
        loss.settle(chunk)
        plant_all(chunk)
        stand = roster.standing(chunk)
        traits = draw_traits(rng, people, self._when.last)
        delivered = np.full((len(people), len(DEATH_FEEDS)), NEVER, dtype=np.int64)
        for feed in self._feeds:
            feed.add(chunk, traits, delivered)
        table = roster.roster_table(chunk, stand)
        self._roster.write(table)
        self._truth.write(truth.truth_table(chunk, stand, delivered))
        self._benefits += table.num_rows
        self._deaths += int(chunk.dead().sum())
        self._traps += np.bincount(people.trap[:known][people.trap[:known] >= 0], minlength=len(TRAPS))

    def _summary(self, out: Path) -> Summary:
        return Summary(
            out=out, people=self._people, benefits=self._benefits, deaths=self._deaths,
            feed_rows={feed.department.feed: feed.rows for feed in self._feeds},
            traps={trap.name: int(count) for trap, count in zip(TRAPS, self._traps, strict=True)},
        )  # fmt: skip
