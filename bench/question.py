"""What decide and its peers are asked: the ingested batches, the policy's tables and the parameters of the steps.

Worked out once and not measured: finding batches in the store means hashing the raw files, which is intake's work.
"""

from __future__ import annotations

import pickle
import sys
from collections.abc import Mapping
from dataclasses import dataclass

from anling.matching.inputs import Inputs
from bench.place import AS_OF, THREADS, Place
from bench.process import report


@dataclass(frozen=True, slots=True)
class Question:
    """The arguments of `engines.duckdb.decide.decide`, exactly as a run hands them over."""

    inputs: Inputs
    parameters: Mapping[str, int]

    @classmethod
    def read(cls, place: Place) -> Question:
        """As `main` left it."""
        return cls(*pickle.loads(place.question.read_bytes()))


def main() -> None:
    """Folder of the scale. What the store lacks is ingested first."""
    # imported here: who reads a question does not pay for finding one
    from anling.comparison.frozen import freeze  # noqa: PLC0415
    from anling.feeds.intake import Intake  # noqa: PLC0415
    from anling.policy import load  # noqa: PLC0415

    place, policy = Place.at(sys.argv[1]), load()
    intake = Intake(place.store, policy, threads=THREADS)
    frozen = freeze(intake, policy, place.roster("parquet"), place.feeds("parquet"), AS_OF)
    place.question.write_bytes(pickle.dumps((frozen.inputs, frozen.parameters)))
    report(batches=len(frozen.used))


if __name__ == "__main__":
    main()
