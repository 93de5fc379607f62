"""The feed table of contracts.md, transcribed by hand: what the catalogue of the policy says must come out the same."""

from typing import NamedTuple


class Meaning(NamedTuple):
    """What one code of one feed says."""

    sign: str
    grade: str
    no_raise: bool = False


DEPARTMENTS = {
    "police_death": "police",
    "police_household": "police",
    "police_border": "police",
    "police_idcard": "police",
    "police_custody": "police",
    "justice_prison": "justice",
    "justice_correction": "justice",
    "court_judgment": "court",
    "civil_cremation": "civil_affairs",
    "civil_marriage": "civil_affairs",
    "civil_elderly": "civil_affairs",
    "health_death": "health",
    "health_visit": "health",
    "insurance_inpatient": "medical_insurance",
    "insurance_outpatient": "medical_insurance",
    "insurance_pharmacy": "medical_insurance",
    "transport_trip": "transport",
    "gov_login": "government_services",
    "pension_duplicate": "social_insurance",
    "ministry_answer": "ministry",
}

MEANINGS = {
    ("police_death", "death"): Meaning("death", "L2"),
    ("police_household", "moved"): Meaning("none", "none"),
    ("police_household", "army"): Meaning("none", "none"),
    ("police_household", "duplicate"): Meaning("none", "none"),
    ("police_household", "emigrated"): Meaning("hint", "L3"),
    ("police_household", "other"): Meaning("none", "none"),
    ("police_border", "entry"): Meaning("life", "P2"),
    ("police_border", "exit"): Meaning("none", "none"),
    ("police_idcard", "issued"): Meaning("life", "P2"),
    ("police_idcard", "used"): Meaning("life", "P3"),
    ("police_custody", "detained"): Meaning("custody", "L2"),
    ("police_custody", "wanted"): Meaning("custody", "L2"),
    ("police_custody", "released"): Meaning("release", "none"),
    ("justice_prison", "term"): Meaning("custody", "L1"),
    ("justice_correction", "report"): Meaning("life", "P2", no_raise=True),
    ("court_judgment", "declared_dead"): Meaning("death", "L1"),
    ("court_judgment", "declared_missing"): Meaning("missing", "L1"),
    ("court_judgment", "sentenced"): Meaning("custody", "L2"),
    ("court_judgment", "revoked"): Meaning("revocation", "none"),
    ("civil_cremation", "cremated"): Meaning("death", "L2"),
    ("civil_marriage", "registered"): Meaning("life", "P1"),
    ("civil_elderly", "checked"): Meaning("life", "P3"),
    ("civil_elderly", "listed"): Meaning("none", "none"),
    ("health_death", "certificate"): Meaning("death", "L2"),
    ("health_visit", "in_person"): Meaning("life", "P2"),
    ("health_visit", "phone"): Meaning("none", "none"),
    ("insurance_inpatient", "discharged"): Meaning("life", "P2"),
    ("insurance_inpatient", "died"): Meaning("death", "L2"),
    ("insurance_outpatient", "face"): Meaning("life", "P2"),
    ("insurance_outpatient", "code"): Meaning("life", "P2"),
    ("insurance_outpatient", "card"): Meaning("life", "P3"),
    ("insurance_pharmacy", "purchase"): Meaning("life", "P3"),
    ("transport_trip", "boarded"): Meaning("life", "P2"),
    ("transport_trip", "ticket"): Meaning("life", "P3"),
    ("gov_login", "face"): Meaning("life", "P1"),
    ("gov_login", "password"): Meaning("life", "P3"),
    ("pension_duplicate", "employee"): Meaning("double_benefit", "L2"),
    ("pension_duplicate", "resident"): Meaning("double_benefit", "L2"),
    ("ministry_answer", "death"): Meaning("death", "L2"),
    ("ministry_answer", "custody"): Meaning("custody", "L2"),
    ("ministry_answer", "double_benefit"): Meaning("double_benefit", "L2"),
}

LOSS_SIGNS = ("death", "custody", "missing", "double_benefit")

CARD_OR_PHARMACY = (("insurance_pharmacy", "purchase"), ("insurance_outpatient", "card"))


def kind(feed: str, code: str) -> str:
    """The kind of a weak life sign: feed and code; pharmacy and plain card are together one."""
    return "card_or_pharmacy" if (feed, code) in CARD_OR_PHARMACY else f"{feed}/{code}"


def dated_by_end(feed: str) -> bool:
    """Hospital stays count at their end, claims being settled whenever they are."""
    return feed == "insurance_inpatient"
