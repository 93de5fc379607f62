"""One chunk of the province's people: who they are, where they live, when they die, how visible they are.

Positions 0 … known−1 are recipients on the roster; the rest are strangers, who appear in feeds alone.
"""

from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from anling.synthesis import numbers
from anling.synthesis.calendar import Calendar
from anling.synthesis.columns import NEVER, Bools, Bytes, Floats, Ints, pick
from anling.synthesis.guangdong import BIRTH_PROVINCES, CITIES
from anling.synthesis.mortality import yearly_hazard
from anling.synthesis.naming import draw_names

EMPLOYEE, RESIDENT = 0, 1
RESIDENT_SHARE = 0.48
LOCAL_BORN = (0.70, 0.96)
"""Share of employees and of residents whose number was issued in Guangdong: assumptions."""

_AGES = np.array([50, 55, 60, 65, 70, 75, 80, 85, 90, 95, 100, 105])
_AGE_SHARES = {
    (EMPLOYEE, 1): (0.0, 0.0, 25, 28, 21, 13, 7.5, 4.0, 1.3, 0.2, 0.01),
    (EMPLOYEE, 2): (13, 18, 22, 20, 12.5, 7.5, 4.2, 2.1, 0.6, 0.1, 0.01),
    (RESIDENT, 1): (0.0, 0.0, 28, 26, 19, 13, 8.0, 4.2, 1.4, 0.3, 0.03),
    (RESIDENT, 2): (0.0, 0.0, 25, 24, 18.5, 13.5, 10.0, 6.0, 2.4, 0.6, 0.08),
}
"""Shares of the five-year groups from 50 to 104 by scheme and sex: an approximation of the census of 2020."""


@dataclass
class People:
    """Arrays over the chunk's people; days are days since 1970-01-01, NEVER where there is no such day."""

    known: int
    serial: Ints
    scheme: Ints
    sex: Ints
    birth: Ints
    city: Ints
    region: Ints
    urban: Bools
    id_type: Ints
    papers: Bytes
    names: pa.Array
    relatives: pa.Array
    death: Ints
    custody_from: Ints
    custody_to: Ints
    missing_from: Ints
    abroad_from: Ints
    double: Bools
    weak_until: Ints
    shadow_of: Ints
    invalid_number: Bools
    trap: Ints

    def __len__(self) -> int:
        return len(self.serial)

    def age(self, on: int) -> Floats:
        """Age in years on a day."""
        return (on - self.birth) / 365.2425


def draw_people(
    rng: np.random.Generator, first_serial: int, known: int, strangers: int, slots: numbers.OrderSlots, when: Calendar
) -> People:
    """Draw `known` recipients and `strangers` others. Numbers never repeat across the chunks of one province."""
    count = known + strangers
    scheme = np.where(rng.random(count) < RESIDENT_SHARE, RESIDENT, EMPLOYEE)
    sex = np.where(rng.random(count) < np.where(scheme == RESIDENT, 0.53, 0.55), 2, 1)
    birth = _births(rng, scheme, sex, when)
    city = _cities(rng, scheme)
    urban = rng.random(count) < np.array([town.urban for town in CITIES])[city] + np.where(scheme == 0, 0.15, -0.20)
    serial = first_serial + np.arange(count)
    id_type = pick(rng, numbers.ID_TYPE_SHARES, count)
    papers = _papers(rng, serial, id_type, _areas(rng, scheme, city, id_type), birth, sex, slots, known)
    names = draw_names(rng, sex, (id_type == numbers.PERMANENT) | (id_type == numbers.FOREIGN))
    never = np.full(count, NEVER, dtype=np.int64)
    return People(
        known=known, serial=serial, scheme=scheme, sex=sex, birth=birth, city=city, region=_regions(rng, city),
        urban=urban, id_type=id_type, papers=papers, names=names.own, relatives=names.relative,
        death=_deaths(rng, birth, sex, scheme, known, when), custody_from=never.copy(), custody_to=never.copy(),
        missing_from=never.copy(), abroad_from=never.copy(), double=np.zeros(count, dtype=np.bool_),
        weak_until=never.copy(), shadow_of=np.full(count, -1, dtype=np.int64),
        invalid_number=np.zeros(count, dtype=np.bool_), trap=np.full(count, -1, dtype=np.int64),
    )  # fmt: skip


def _births(rng: np.random.Generator, scheme: Ints, sex: Ints, when: Calendar) -> Ints:
    ages = np.empty(len(scheme))
    for (which, kind), shares in _AGE_SHARES.items():
        chosen = np.flatnonzero((scheme == which) & (sex == kind))
        group = pick(rng, np.array(shares), len(chosen))
        ages[chosen] = _AGES[group] + rng.random(len(chosen)) * 5
    return when.last - np.ceil(ages * 365.2425).astype(np.int64)


def _cities(rng: np.random.Generator, scheme: Ints) -> Ints:
    size = np.array([town.population for town in CITIES], dtype=np.float64)
    urban = np.array([town.urban for town in CITIES])
    weights = (size * urban, size * (1.15 - urban))
    return np.where(scheme == EMPLOYEE, pick(rng, weights[0], len(scheme)), pick(rng, weights[1], len(scheme)))


COUNTIES: tuple[str, ...] = tuple(county for town in CITIES for county in town.counties)
COUNTY_CITY = np.array([CITIES.index(town) for town in CITIES for _ in town.counties])
_FIRST_COUNTY = np.array([int(np.searchsorted(COUNTY_CITY, i)) for i in range(len(CITIES))])
_COUNTY_COUNT = np.array([len(town.counties) for town in CITIES])
_COUNTY_CODES = np.array([int(code) for code in COUNTIES])
_OLD_AREAS = tuple(np.array(town.old_areas or (int(town.code) * 100 + 1,)) for town in CITIES)


def _regions(rng: np.random.Generator, city: Ints) -> Ints:
    county: Ints = _FIRST_COUNTY[city] + (rng.random(len(city)) * _COUNTY_COUNT[city]).astype(np.int64)
    return county


def _areas(rng: np.random.Generator, scheme: Ints, city: Ints, id_type: Ints) -> Ints:
    """Where the number was issued, long ago: never a residence."""
    count = len(city)
    issued = np.where(rng.random(count) < 0.85, city, _cities(rng, scheme))
    area = _COUNTY_CODES[_regions(rng, issued)]
    old = rng.random(count) < 0.35
    for index, codes in enumerate(_OLD_AREAS):
        chosen = np.flatnonzero(old & (issued == index))
        area[chosen] = codes[rng.integers(0, len(codes), len(chosen))]
    elsewhere = rng.random(count) >= np.array(LOCAL_BORN)[scheme]
    province = np.array([code for code, _ in BIRTH_PROVINCES])[
        pick(rng, np.array([share for _, share in BIRTH_PROVINCES]), count)
    ]
    away = province * 10_000 + rng.integers(1, 24, count) * 100 + rng.integers(1, 31, count)
    area = np.where(elsewhere, away, area)
    permit = np.array([810_000, 820_000, 830_000])[pick(rng, np.array([0.6, 0.15, 0.25]), count)]
    area = np.where(id_type == numbers.PERMIT, permit, area)
    return np.where(id_type == numbers.PERMANENT, 944_000 + rng.integers(4, 900, count), area)


def _papers(
    rng: np.random.Generator, serial: Ints, id_type: Ints, area: Ints, birth: Ints, sex: Ints,
    slots: numbers.OrderSlots, known: int,
) -> Bytes:  # fmt: skip
    outside = numbers.OrderSlots(slots.chunks, slots.chunks)
    order = np.concatenate(
        [
            numbers.distinct_orders(rng, slots, area[:known], birth[:known], sex[:known]),
            outside.draw(rng, sex[known:]),
        ]
    )
    return numbers.documents(id_type, serial, numbers.eighteen(area, birth, order))


STRANGER_DEATHS = 0.75
"""Share of strangers who die in the period: departments report every death, not only those of recipients."""


def _deaths(rng: np.random.Generator, birth: Ints, sex: Ints, scheme: Ints, known: int, when: Calendar) -> Ints:
    span = when.last - when.first + 1
    hazard = yearly_hazard((when.middle - birth) / 365.2425, sex, scheme)
    chance = 1 - np.exp(-hazard * span / 365.2425)
    chance[known:] = STRANGER_DEATHS
    day = when.first + rng.integers(0, span, len(birth))
    return np.where(rng.random(len(birth)) < chance, day, NEVER)
