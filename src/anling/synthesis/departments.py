"""What each department sends: codes, columns, delay, rows a month, and the cities it does not reach yet.

Rates are rows per 1,000 recipients and month over the whole province, as the feed catalogue expects them. Delays and
uncovered cities are assumptions: they stand for the uneven coverage that every province reports.
"""

from dataclasses import dataclass

import numpy as np

from anling.synthesis.columns import Bools
from anling.synthesis.guangdong import CITIES


@dataclass(frozen=True)
class Department:
    """One feed: department, codes in the order used by `Rows.code`, rate, delay in days, uncovered cities.

    `describes` tells that its rows carry birth date, sex and region beside number and name.
    """

    feed: str
    department: str
    codes: tuple[str, ...]
    per_1000_month: float
    delay_days: int
    describes: bool
    without: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if self.per_1000_month <= 0 or self.delay_days < 1:
            raise ValueError(f"the feed {self.feed} needs a positive rate and a delay of at least one day")

    @property
    def covered(self) -> Bools:
        """For each city, whether the department sends its rows."""
        return np.array([city.code not in self.without for city in CITIES])


FEEDS: tuple[Department, ...] = (
    Department("police_death", "police", ("death",), 4.0, 5, True),
    Department("police_household", "police", ("moved", "army", "duplicate", "emigrated", "other"), 0.6, 10, True),
    Department("police_border", "police", ("entry", "exit"), 25.0, 3, False),
    Department("police_idcard", "police", ("issued", "used"), 12.0, 5, False),
    Department("police_custody", "police", ("detained", "wanted", "released"), 0.08, 7, True),
    Department("justice_prison", "justice", ("term",), 0.02, 20, True),
    Department("justice_correction", "justice", ("report",), 0.15, 10, True),
    Department(
        "court_judgment", "court", ("declared_dead", "declared_missing", "sentenced", "revoked"), 0.02, 15, True
    ),
    Department("civil_cremation", "civil_affairs", ("cremated",), 3.8, 5, True, ("4416", "4453")),
    Department("civil_marriage", "civil_affairs", ("registered",), 0.25, 10, False),
    Department("civil_elderly", "civil_affairs", ("checked", "listed"), 12.0, 15, True, ("4402", "4415", "4451")),
    Department("health_death", "health", ("certificate",), 3.6, 15, True),
    Department("health_visit", "health", ("in_person", "phone"), 45.0, 10, True, ("4409", "4452")),
    Department("insurance_inpatient", "medical_insurance", ("discharged", "died"), 22.0, 10, False),
    Department("insurance_outpatient", "medical_insurance", ("face", "code", "card"), 320.0, 5, False),
    Department("insurance_pharmacy", "medical_insurance", ("purchase",), 210.0, 5, False, ("4415",)),
    Department("transport_trip", "transport", ("boarded", "ticket"), 55.0, 5, False),
    Department("gov_login", "government_services", ("face", "password"), 60.0, 2, False),
    Department("pension_duplicate", "social_insurance", ("employee", "resident"), 0.3, 10, False),
    Department("ministry_answer", "ministry", ("death", "custody", "double_benefit"), 1.5, 20, False),
)
BY_FEED: dict[str, Department] = {department.feed: department for department in FEEDS}
