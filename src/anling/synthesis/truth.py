"""What is really so: one row per recipient, which no department knows and the score compares against."""

import numpy as np
import pyarrow as pa

from anling.synthesis.chunk import Chunk
from anling.synthesis.columns import NEVER, Ints, dates
from anling.synthesis.roster import Standing, person_numbers
from anling.synthesis.traps import TRAPS

SCHEMA = pa.schema(
    [
        ("person_no", pa.string()),
        ("alive", pa.bool_()),
        ("death_date", pa.date32()),
        ("custody_from", pa.date32()),
        ("custody_to", pa.date32()),
        ("missing_from", pa.date32()),
        ("double_benefit", pa.bool_()),
        ("trap", pa.string()),
        ("two_departments_on", pa.date32()),
        ("due", pa.bool_()),
    ]
)
"""`two_departments_on`: the day by which two departments had handed over exact death records; `due`: paid, and the
last pass is 11 months old or older."""


def truth_table(chunk: Chunk, stand: Standing, delivered: Ints) -> pa.Table:
    """The chunk's truth; `delivered` is (people, 5): the day of each source's first exact death record."""
    people, count = chunk.people, chunk.people.known
    death, custody = people.death[:count], people.custody_from[:count]
    until, gone = people.custody_to[:count], people.missing_from[:count]
    names = pa.array([trap.name for trap in TRAPS], type=pa.string())
    trap = people.trap[:count]
    second = np.sort(delivered[:count], axis=1)[:, 1]
    second = np.where(people.invalid_number[:count] | _renamed(chunk), NEVER, second)
    columns = [
        person_numbers(chunk), pa.array(death == NEVER), dates(death, death == NEVER),
        dates(custody, custody == NEVER), dates(until, until == NEVER), dates(gone, gone == NEVER),
        pa.array(people.double[:count]), names.take(pa.array(trap, mask=trap < 0)), dates(second, second == NEVER),
        pa.array(stand.due),
    ]  # fmt: skip
    return pa.table(columns, schema=SCHEMA)


def _renamed(chunk: Chunk) -> Ints:
    """Recipients whose roster name is not the departments' name: no record of theirs is exact."""
    renamed = np.zeros(chunk.people.known, dtype=np.bool_)
    renamed[[person for person in chunk.roster_name if chunk.people.shadow_of[person] < 0]] = True
    return renamed
