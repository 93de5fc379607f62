"""True losses other than death: detention and prison, community correction, a second pension, a life abroad.

Also the rows that report deaths. Shares are set so that rows per 1,000 recipients and month meet the catalogue.
"""

import numpy as np

from anling.synthesis.chunk import DEATH_FEEDS, HOSPITAL, Chunk
from anling.synthesis.columns import NEVER, Bools, Ints
from anling.synthesis.people import EMPLOYEE, RESIDENT
from anling.synthesis.rows import NO_DAY, Rows, join, rows

OLD_TERMS = 0.15
"""Share of prison terms that began before the covered months and are sent once more: an assumption."""
PRISON, DETAINED, CORRECTION, DOUBLE, MISSING_PEOPLE = 0.00027, 0.00050, 0.00015, 0.0043, 0.00003
"""Shares of living recipients (second pensions: from age 60) over the covered 13 months: assumptions."""


def chance(chunk: Chunk, among: Bools, share: float) -> Ints:
    """Positions of a share of the people `among`, without those already taken; a fraction is settled by chance."""
    free = np.flatnonzero(among & (chunk.people.trap < 0))
    count = min(int(len(free) * share + chunk.rng.random()), len(free))
    return np.sort(chunk.rng.choice(free, count, replace=False))


def settle(chunk: Chunk) -> None:
    """Decide who is in prison, detained, under correction, doubly paid or missing, and plant the records."""
    untouched = chunk.alive()
    for settle_some in (_prison, _detained, _correction, _missing):
        who = settle_some(chunk, untouched)
        untouched[who] = False
    _double(chunk, untouched & (chunk.people.age(chunk.when.last) >= 60))


def busy(chunk: Chunk) -> Bools:
    """People with a true loss of any kind, or abroad: no trap is planted on them."""
    people = chunk.people
    away = (people.custody_from < NEVER) | (people.abroad_from < NEVER) | (people.missing_from < NEVER)
    return away | people.double | (people.shadow_of >= 0)


def days(chunk: Chunk, count: int, *, until: int = 0) -> Ints:
    """Random days of the covered time, the last `until` days left out."""
    return chunk.when.first + chunk.rng.integers(0, chunk.when.last - chunk.when.first + 1 - until, count)


def _prison(chunk: Chunk, among: Bools) -> Ints:
    """Terms from 200 days to nine years; a tenth without a known end.

    Half of those still serving also have their sentence on file. Ended terms have none, nor a ministry answer: such
    records never end, and two of them would prove custody of a person at liberty (see EXCLUDED).
    """
    who, rng = chance(chunk, among, PRISON), chunk.rng
    start = days(chunk, len(who)) - np.where(rng.random(len(who)) < OLD_TERMS, rng.integers(0, 300, len(who)), 0)
    end = start + rng.integers(200, 3300, len(who))
    open_end = rng.random(len(who)) < 0.1
    arrival = np.maximum(start + rng.integers(1, 30, len(who)), chunk.when.first + rng.integers(0, 200, len(who)))
    chunk.plant("justice_prison", rows(who, start, 0, end=np.where(open_end, NO_DAY, end), arrival=arrival))
    serving = open_end | (end >= chunk.when.last)
    sentenced = serving & (rng.random(len(who)) < 0.5)
    judged = start[sentenced] - rng.integers(5, 20, int(sentenced.sum()))
    chunk.plant("court_judgment", rows(who[sentenced], judged, 2, arrival=arrival[sentenced]))
    asked = serving & (rng.random(len(who)) < 0.3)
    chunk.plant("ministry_answer", rows(who[asked], start[asked], 1, arrival=arrival[asked] + 20))
    chunk.people.custody_from[who] = start
    chunk.people.custody_from[who[sentenced]] = judged
    chunk.people.custody_to[who] = np.where(open_end, NEVER, end)
    return who


def _detained(chunk: Chunk, among: Bools) -> Ints:
    """Detained or wanted, by police alone; most are released within a few weeks and the release is on file."""
    who, rng = chance(chunk, among, DETAINED), chunk.rng
    start = days(chunk, len(who))
    chunk.plant("police_custody", rows(who, start, (rng.random(len(who)) < 0.15).astype(np.int64)))
    out = start + rng.integers(5, 37, len(who))
    released = rng.random(len(who)) < 0.85
    chunk.plant("police_custody", rows(who[released], out[released], 2))
    chunk.people.custody_from[who] = start
    chunk.people.custody_to[who] = np.where(released, out, NEVER)
    return who


def _correction(chunk: Chunk, among: Bools) -> Ints:
    """Community correction: a report in person every month; pay goes on."""
    who = chance(chunk, among, CORRECTION)
    chunk.plant("justice_correction", monthly_reports(chunk, who))
    return who


def monthly_reports(chunk: Chunk, who: Ints) -> Rows:
    """One report in person a month for each person, over the covered time."""
    months = np.arange(0, chunk.when.last - chunk.when.first, 30)
    each = np.repeat(who, len(months))
    day = chunk.when.first + np.tile(months, len(who)) + chunk.rng.integers(0, 28, len(each))
    return rows(each, np.minimum(day, chunk.when.last), 0)


def _missing(chunk: Chunk, among: Bools) -> Ints:
    """Declared missing by a court, long after the last trace."""
    who = chance(chunk, among, MISSING_PEOPLE)
    day = days(chunk, len(who))
    chunk.plant("court_judgment", rows(who, day, 1))
    chunk.people.missing_from[who] = day - 800
    return who


def _double(chunk: Chunk, among: Bools) -> None:
    """Two pensions at once. One or two departments notice; both dates lie within 30 days of each other."""
    who, rng = chance(chunk, among, DOUBLE), chunk.rng
    day = days(chunk, len(who), until=60)
    other = np.where(chunk.people.scheme[who] == RESIDENT, EMPLOYEE, RESIDENT)
    told, asked = rng.random(len(who)) < 0.92, rng.random(len(who)) < 0.65
    chunk.plant("pension_duplicate", rows(who[told], day[told], other[told]))
    answer = day + rng.integers(0, 30, len(who))
    chunk.plant("ministry_answer", rows(who[asked], answer[asked], 2, arrival=answer[asked] + 5))
    chunk.people.double[who] = True


def death_rows(chunk: Chunk, feed: str) -> Rows:
    """The feed's records of deaths, as the reports stand after the traps."""
    reports, source = chunk.deaths, DEATH_FEEDS.index(feed)
    sent = np.flatnonzero(reports.sent[:, source])
    day = reports.day[sent, source]
    end = day if source == HOSPITAL else np.full(len(sent), NO_DAY)
    code = 1 if source == HOSPITAL else 0
    start = day - chunk.rng.integers(0, 20, len(sent)) if source == HOSPITAL else day
    return rows(
        reports.who[sent], start, code, end=end, arrival=reports.arrival[sent, source],
        number=reports.number[sent, source], name=reports.name[sent, source],
    )  # fmt: skip


def planted(chunk: Chunk, feed: str) -> Rows:
    """Rows that life events and traps put into the feed."""
    return join(chunk.planted.get(feed, []))
