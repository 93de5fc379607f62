"""Who dies when: Gompertz hazards that approximate China's life table of 2020.

The hazard at age x is a·exp(b·x). The two points per sex are read from memory of the 2020 census life table and are
an approximation: men 1.05 % a year at 60 and 7.5 % at 80, women 0.48 % and 4.8 %.
"""

import math
from dataclasses import dataclass

import numpy as np

from anling.synthesis.columns import Floats, Ints


@dataclass(frozen=True)
class Gompertz:
    """A hazard through two points: `at_60` and `at_80` are deaths per person and year."""

    at_60: float
    at_80: float

    def __post_init__(self) -> None:
        if not 0 < self.at_60 < self.at_80 < 1:
            raise ValueError("a Gompertz hazard rises from age 60 to age 80 and lies between 0 and 1")

    def hazard(self, ages: Floats) -> Floats:
        """Deaths per person and year at each age in years, capped at 0.7 (the plateau of extreme ages)."""
        slope = math.log(self.at_80 / self.at_60) / 20
        hazard: Floats = np.minimum(self.at_60 * np.exp(slope * (ages - 60.0)), 0.7)
        return hazard


MEN = Gompertz(0.0105, 0.075)
WOMEN = Gompertz(0.0048, 0.048)
EMPLOYEE_FACTOR = 0.80
RESIDENT_FACTOR = 1.15
"""Pensioners of the employee scheme live longer than villagers of the same age; the two factors are assumptions."""


def yearly_hazard(ages: Floats, sex: Ints, scheme: Ints) -> Floats:
    """Deaths per person and year by age in years, sex (1 male, 2 female) and scheme (0 employee, 1 resident)."""
    by_sex = np.where(sex == 1, MEN.hazard(ages), WOMEN.hazard(ages))
    hazard: Floats = by_sex * np.where(scheme == 1, RESIDENT_FACTOR, EMPLOYEE_FACTOR)
    return hazard
