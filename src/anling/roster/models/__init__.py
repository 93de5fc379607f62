"""People, benefits, roster files and what is to be cleaned up; see the two files for what each row means."""

from anling.roster.models.benefits import (
    Benefit,
    Change,
    FormerBenefit,
    FormerPerson,
    IdentityNumber,
    ImportState,
    Language,
    PayStatus,
    Person,
    PersonName,
    RosterImport,
    Scheme,
    SearchToken,
)
from anling.roster.models.clean_up import (
    Finding,
    FindingKind,
    FindingState,
    GoneLive,
    Merge,
    Side,
)

__all__ = (
    "Benefit",
    "Change",
    "Finding",
    "FindingKind",
    "FindingState",
    "FormerBenefit",
    "FormerPerson",
    "GoneLive",
    "IdentityNumber",
    "ImportState",
    "Language",
    "Merge",
    "PayStatus",
    "Person",
    "PersonName",
    "RosterImport",
    "Scheme",
    "SearchToken",
    "Side",
)
