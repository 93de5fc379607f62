"""The decision on one person in words, with its evidence, decided once more from what the store holds (N-B1).

A decision that a person can be told is one that another officer can repeat: so nothing here is read from the stored
reasons. Records are fetched anew, the plain rules decide, and any difference from the stored decision is a fault.
"""

from anling.comparison.explain.account import BenefitAccount, Explanation, PersonAccount, RecordAccount
from anling.comparison.explain.as_json import as_json
from anling.comparison.explain.explaining import explain
from anling.comparison.explain.run_folder import RunFolder, open_run
from anling.comparison.explain.telling import tell

__all__ = [
    "BenefitAccount",
    "Explanation",
    "PersonAccount",
    "RecordAccount",
    "RunFolder",
    "as_json",
    "explain",
    "open_run",
    "tell",
]
