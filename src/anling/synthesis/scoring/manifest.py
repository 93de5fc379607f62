"""run.json as the score reads it: the as-of day and when each batch was delivered."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa

from anling.synthesis.calendar import day_number
from anling.synthesis.columns import Ints
from anling.synthesis.files import SHANGHAI


@dataclass(frozen=True)
class Run:
    """The as-of day of a run and the delivery day of each of its batches by feed and batch."""

    as_of: date
    deliveries: dict[tuple[str, str], int]

    def delivered(self, feed: pa.Array, batch: pa.Array) -> Ints:
        """Delivery days (since 1970-01-01) of the batches; the as-of day for a batch that the run does not list."""
        pairs = zip(feed.to_pylist(), batch.to_pylist(), strict=True)
        fallback = day_number(self.as_of)
        return np.array([self.deliveries.get(pair, fallback) for pair in pairs], dtype=np.int64)


def read_run(path: Path) -> Run:
    """Read run.json. Raises ValueError where it is absent, is no JSON, or does not say its as-of day."""
    if not path.is_file():
        raise ValueError(f"{path} does not exist: name the folder that compare has written")
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
        as_of = date.fromisoformat(content["as_of"])
    except (KeyError, TypeError, ValueError) as error:
        raise ValueError(f"{path} does not tell its as-of day (as_of, ISO): it was not written by compare") from error
    return Run(as_of, dict(_deliveries(content)))


def _deliveries(content: Any) -> Iterator[tuple[tuple[str, str], int]]:
    """Every object in the file that names a feed, a batch and when it was delivered."""
    if isinstance(content, dict):
        if {"feed", "batch", "delivered_at"} <= content.keys():
            moment = datetime.fromisoformat(str(content["delivered_at"]))
            day = (moment.astimezone(SHANGHAI) if moment.tzinfo else moment).date()
            yield (str(content["feed"]), str(content["batch"])), day_number(day)
        content = list(content.values())
    if isinstance(content, list):
        for each in content:
            yield from _deliveries(each)
