"""Traps around custody and second pensions: records that were right once, or never."""

import numpy as np

from anling.synthesis.chunk import Chunk
from anling.synthesis.columns import Ints
from anling.synthesis.loss import days, monthly_reports
from anling.synthesis.people import EMPLOYEE, RESIDENT
from anling.synthesis.rows import rows

DETAINED, RELEASED, SENTENCED, ISSUED = 0, 2, 2, 0


def duplicate_pension_stale(chunk: Chunk, who: Ints) -> Ints:
    """One department still lists a second pension that ended long ago."""
    other = np.where(chunk.people.scheme[who] == RESIDENT, EMPLOYEE, RESIDENT)
    chunk.plant("pension_duplicate", rows(who, days(chunk, len(who), until=20), other, fixed=True))
    return who


def detained_acquitted(chunk: Chunk, who: Ints) -> Ints:
    """Detained, released after three weeks to three months, acquitted: pay and arrears are due."""
    start = days(chunk, len(who), until=130)
    out = start + chunk.rng.integers(20, 90, len(who))
    chunk.plant("police_custody", rows(who, start, DETAINED, fixed=True))
    chunk.plant("police_custody", rows(who, out, RELEASED, fixed=True))
    chunk.people.custody_from[who], chunk.people.custody_to[who] = start, out
    return who


def correction_mistaken(chunk: Chunk, who: Ints) -> Ints:
    """A sentence to community correction stands in the file like one to prison; the person reports every month."""
    chunk.plant("court_judgment", rows(who, days(chunk, len(who), until=60), SENTENCED, fixed=True))
    chunk.plant("justice_correction", monthly_reports(chunk, who))
    return who


def early_release(chunk: Chunk, who: Ints) -> Ints:
    """The term on file runs on, but the person is out and has had a new ID card made."""
    out = days(chunk, len(who), until=60)
    start = out - chunk.rng.integers(300, 2000, len(who))
    listed = np.maximum(start + 20, chunk.when.first)
    chunk.plant(
        "justice_prison", rows(who, start, 0, end=chunk.when.last + 400 + start % 300, arrival=listed, fixed=True)
    )
    card = out + chunk.rng.integers(3, 30, len(who))
    chunk.plant("police_idcard", rows(who, card, ISSUED, fixed=True))
    chunk.people.custody_from[who], chunk.people.custody_to[who] = start, out
    return who
