"""The table names files and counts rows; it holds nothing of a person, so no row of it is hidden from any region.

The people are in the files alone. Who may read them again or replace them is asked of the officer: `responsible`
names the region for which a batch was received, and every verb requires the permit for it.
"""

from anling.audit.protection import KEEP, Table

PROTECTIONS = (Table("feeds_batch", KEEP),)
