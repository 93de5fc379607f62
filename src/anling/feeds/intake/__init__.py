"""From files as departments send them to the ingested store: each batch read, checked and normalised once (N-C2).

`Intake(store, policy).roster(path)` and `.feeds(directory)`; the store's tables are described in `store.py`.
"""

from anling.feeds.intake.batches import FeedBatch, FeedIntake, Refusal, RosterBatch
from anling.feeds.intake.errors import InputError
from anling.feeds.intake.intake import Intake

__all__ = ["FeedBatch", "FeedIntake", "InputError", "Intake", "Refusal", "RosterBatch"]
