"""Traps that report a living person dead. Each is the mistake of one department alone (see EXCLUDED)."""

import numpy as np

from anling.synthesis.chunk import CREMATION, Chunk
from anling.synthesis.columns import Ints
from anling.synthesis.loss import days
from anling.synthesis.rows import rows

DECLARED_DEAD, REVOKED = 0, 3


def wrong_cancellation(chunk: Chunk, who: Ints) -> Ints:
    """Police cancel the wrong person's household entry: number and name are those of the living."""
    day = days(chunk, len(who), until=20)
    chunk.plant("police_death", rows(who, day, 0, arrival=day + 5, fixed=True))
    return who


def _forms(chunk: Chunk, count: int) -> Ints:
    """Positions of cremation records of that many different dead people, fewer where there are fewer."""
    filed = np.flatnonzero(chunk.deaths.sent[:, CREMATION])
    return chunk.rng.choice(filed, min(count, len(filed)), replace=False)


def applicant_number(chunk: Chunk, who: Ints) -> Ints:
    """The cremation form holds the applicant's number beside the dead person's name."""
    forms = _forms(chunk, len(who))
    chunk.deaths.number[forms, CREMATION] = who[: len(forms)]
    return who[: len(forms)]


def applicant(chunk: Chunk, who: Ints) -> Ints:
    """The cremation form holds the applicant's number and name: exact, and wrong."""
    forms = _forms(chunk, len(who))
    chunk.deaths.number[forms, CREMATION] = who[: len(forms)]
    chunk.deaths.name[forms, CREMATION] = who[: len(forms)]
    return who[: len(forms)]


def declared_dead_revoked(chunk: Chunk, who: Ints) -> Ints:
    """A court declares an absent person dead; the person comes back and the judgment is revoked."""
    day = days(chunk, len(who), until=160)
    chunk.plant("court_judgment", rows(who, day, DECLARED_DEAD, fixed=True))
    chunk.plant("court_judgment", rows(who, day + chunk.rng.integers(30, 120, len(who)), REVOKED, fixed=True))
    return who
