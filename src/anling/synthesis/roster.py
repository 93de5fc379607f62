"""The roster as an agency's system exports it: one row per benefit, with passes, status and the usual gaps."""

from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from anling.synthesis.chunk import POLICE, Chunk
from anling.synthesis.columns import (
    NEVER,
    Bools,
    Ints,
    dates,
    digits,
    month_index,
    months_text,
    numbered,
    pick,
    text_of,
)
from anling.synthesis.guangdong import CITIES, STREETS
from anling.synthesis.numbers import ID_TYPES
from anling.synthesis.people import COUNTIES, EMPLOYEE, RESIDENT
from anling.synthesis.rows import Texts

PASS_AGE = np.array([0.01, 0.10, 0.10, 0.09, 0.09, 0.08, 0.08, 0.08, 0.07, 0.07, 0.07, 0.07, 0.09])
"""Share of recipients by months since their last pass, 0 to 12: the load of a rolling year, an assumption."""
NEVER_CERTIFIED, OVERDUE, SUSPENDED_ANYWAY = 0.02, 0.025, 0.003
ENDED_SHARE, ENDED_AFTER_DAYS, ENDED_OTHERWISE = 0.55, 75, 0.006
"""Share of police-recorded deaths older than 75 days that the agency has already ended; other ends: assumptions."""
TWO_ROWS = 0.35
"""Share of doubly paid people both of whose benefits are on this roster: an assumption."""
NO_BIRTH_DATE, NO_SEX, NO_PHONE = 0.03, 0.002, 0.12

SCHEMA = pa.schema(
    [
        (name, pa.string())
        for name in ("benefit_no", "person_no", "id_type", "id_number", "name", "sex")
    ]
    + [("birth_date", pa.date32())]
    + [
        (name, pa.string())
        for name in (
            "scheme", "region", "residence_region", "agency", "unit", "application_month", "approval_month",
            "benefit_start", "last_pass_month", "pay_status", "suspend_reason",
        )
    ]
    + [("monthly_amount", pa.decimal128(12, 2)), ("phone", pa.string()), ("address", pa.string())]
)  # fmt: skip
_SCHEMES = pa.array(["employee", "resident"])
_STATUSES = pa.array(["paying", "suspended", "ended"])
PAYING, SUSPENDED, ENDED = range(3)
_REASONS = pa.array([None, "1201", "1202", "1401", "1407"])
_NOT_CERTIFIED, _SENTENCED, _DEATH, _OTHER_SCHEME = 1, 2, 3, 4


@dataclass(frozen=True)
class Standing:
    """What the agency knows of each recipient: months (−1: none), pay status and reason, whether a pass is due."""

    start: Ints
    last_pass: Ints
    status: Ints
    reason: Ints
    due: Bools


def standing(chunk: Chunk) -> Standing:
    """Draw months and status for the chunk's recipients."""
    people, rng, now = chunk.people, chunk.rng, chunk.when.month
    count = people.known
    start = _benefit_start(chunk)
    last_pass = now - pick(rng, PASS_AGE, count)
    overdue = rng.random(count) < OVERDUE
    last_pass = np.where(overdue, now - rng.integers(14, 30, count), last_pass)
    died = people.death[:count]
    death_month = np.where(died < NEVER, month_index(np.minimum(died, chunk.when.last)), now)
    last_pass = np.where(last_pass > death_month, death_month - rng.integers(0, 11, count), last_pass)
    last_pass = np.where((last_pass <= start) | (rng.random(count) < NEVER_CERTIFIED), -1, last_pass)
    base = np.where(last_pass >= 0, last_pass, start + 1)
    status, reason = _status(chunk, base)
    return Standing(start, last_pass, status, reason, (now - base >= 11) & (status == PAYING))


def _benefit_start(chunk: Chunk) -> Ints:
    """Month of the first pension: residents at 60, employees at 50, 55 or 60 and some later."""
    people = chunk.people
    count, rng = people.known, chunk.rng
    women = np.where(rng.random(count) < 0.6, 50, 55)
    years = np.where(people.scheme[:count] == RESIDENT, 60, np.where(people.sex[:count] == 1, 60, women))
    start = month_index(people.birth[:count]) + 12 * years + rng.integers(0, 6, count)
    began: Ints = np.minimum(start, chunk.when.month)
    return began


def _status(chunk: Chunk, base: Ints) -> tuple[Ints, Ints]:
    people, rng = chunk.people, chunk.rng
    count = people.known
    status, reason = np.zeros(count, dtype=np.int64), np.zeros(count, dtype=np.int64)
    plain = people.trap[:count] < 0

    def put(where: Bools, new_status: int, new_reason: int) -> None:
        status[where], reason[where] = new_status, new_reason

    put((chunk.when.month - base > 13) & (rng.random(count) < 0.9), SUSPENDED, _NOT_CERTIFIED)
    put(rng.random(count) < SUSPENDED_ANYWAY, SUSPENDED, _NOT_CERTIFIED)
    put((people.custody_from[:count] < NEVER) & (rng.random(count) < 0.3), SUSPENDED, _SENTENCED)
    put(plain & (rng.random(count) < ENDED_OTHERWISE), ENDED, _OTHER_SCHEME)
    known = np.zeros(count, dtype=np.bool_)
    ours = chunk.deaths.who < count
    early = chunk.deaths.arrival[:, POLICE] <= chunk.when.last - ENDED_AFTER_DAYS
    known[chunk.deaths.who[ours & chunk.deaths.sent[:, POLICE] & early]] = True
    put(known & plain & (rng.random(count) < ENDED_SHARE), ENDED, _DEATH)
    return status, reason


def roster_table(chunk: Chunk, stand: Standing) -> pa.Table:
    """The chunk's roster rows; doubly paid people may have two."""
    people, rng, count = chunk.people, chunk.rng, chunk.people.known
    second = np.flatnonzero(people.double[:count] & (rng.random(count) < TWO_ROWS))
    who = np.sort(np.concatenate([np.arange(count), second]), kind="stable")
    again = np.concatenate([[False], who[1:] == who[:-1]])
    scheme = np.where(again, 1 - people.scheme[who], people.scheme[who])
    person_no = _person_numbers(chunk, who)
    number, name = _roster_texts(chunk, who)
    region = pa.array(COUNTIES).take(pa.array(people.region[who]))
    letter = pa.array(["E", "R"]).take(pa.array(scheme))
    columns = [
        pc.binary_join_element_wise(person_no, letter, ""), person_no,
        pa.array(ID_TYPES).take(pa.array(people.id_type[who])), number, name,
        pa.array(["9", "1", "2"]).take(pa.array(np.where(rng.random(len(who)) < NO_SEX, 0, people.sex[who]))),
        dates(people.birth[who], rng.random(len(who)) < NO_BIRTH_DATE), _SCHEMES.take(pa.array(scheme)), region,
        _residence(chunk, who), pc.binary_join_element_wise(region, letter, ""), _units(chunk, who, scheme),
        months_text(stand.start[who] - 1), months_text(stand.start[who]), months_text(stand.start[who]),
        months_text(stand.last_pass[who]), _STATUSES.take(pa.array(stand.status[who])),
        _REASONS.take(pa.array(stand.reason[who])), _amounts(chunk, scheme), _phones(chunk, who),
        _addresses(chunk, who),
    ]  # fmt: skip
    return pa.table(columns, schema=SCHEMA)


def person_numbers(chunk: Chunk) -> pa.Array:
    """The agency's own number of each recipient: city and eight digits."""
    return _person_numbers(chunk, np.arange(chunk.people.known))


def _person_numbers(chunk: Chunk, who: Ints) -> pa.Array:
    cities = np.array([int(city.code) for city in CITIES])
    return numbered("", cities[chunk.people.city[who]] * 100_000_000 + chunk.people.serial[who], 12)


def _roster_texts(chunk: Chunk, who: Ints) -> tuple[pa.Array, pa.Array]:
    """Numbers and names as the roster has them: mostly as they are, some replaced by traps."""
    made = []
    for texts, replaced in ((chunk.numbers, chunk.roster_number), (chunk.names, chunk.roster_name)):
        own = Texts(texts.base)
        position = np.arange(len(chunk.people))
        if replaced:
            position[np.array(list(replaced))] = own.add(replaced.values())
        made.append(own.at(position[who]))
    return made[0], made[1]


def _residence(chunk: Chunk, who: Ints) -> pa.Array:
    moved = chunk.rng.random(len(who)) < 0.06
    elsewhere = chunk.rng.integers(0, len(COUNTIES), len(who))
    return pa.array(COUNTIES).take(pa.array(np.where(moved, elsewhere, chunk.people.region[who])))


def _units(chunk: Chunk, who: Ints, scheme: Ints) -> pa.Array:
    """Villages of residents (12 digits), and the retiree office of some employees."""
    county = np.array([int(code) for code in COUNTIES])[chunk.people.region[who]]
    serial = chunk.rng.integers(0, 300, len(who))
    village = county * 1_000_000 + (serial // 20 + 100) * 1000 + 200 + serial % 20
    present = (scheme == RESIDENT) | (chunk.rng.random(len(who)) < 0.4)
    return pc.if_else(
        pa.array(present), text_of(digits(village, 12) + np.uint8(ord("0"))), pa.scalar(None, pa.string())
    )


def _amounts(chunk: Chunk, scheme: Ints) -> pa.Array:
    """Yuan a month: around 3,000 for employees, 260 for residents."""
    spread = chunk.rng.random(len(scheme))
    cents = np.where(scheme == EMPLOYEE, 180_000 + spread * spread * 700_000, 19_000 + spread * 20_000)
    words = np.zeros((len(scheme), 2), dtype="<i8")
    words[:, 0] = cents.astype(np.int64)
    return pa.Array.from_buffers(pa.decimal128(12, 2), len(scheme), [None, pa.py_buffer(words)])


def _phones(chunk: Chunk, who: Ints) -> pa.Array:
    """Eleven digits that no telephone in China has: mobile numbers never begin with 10."""
    tail = chunk.rng.integers(0, 1_000_000_000, len(who))
    absent = chunk.rng.random(len(who)) < NO_PHONE
    return pc.if_else(pa.array(absent), pa.scalar(None, pa.string()), numbered("10", tail, 9))


def _addresses(chunk: Chunk, who: Ints) -> pa.Array:
    city = pa.array([town.zh + "市" for town in CITIES]).take(pa.array(chunk.people.city[who]))
    street = pa.array(STREETS).take(pa.array(chunk.rng.integers(0, len(STREETS), len(who))))
    house = pa.array([f"{number}号" for number in range(1, 500)]).take(pa.array(chunk.rng.integers(0, 499, len(who))))
    return pc.binary_join_element_wise(city, street, house, "")
