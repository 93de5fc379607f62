"""The numbers of PostgreSQL's advisory locks, all in one place: two rooms with one number would wait for each other.

A lock of rows has its number as first half and the row as second. Locks with names (hashtextextended) are other ones.
"""

from typing import Final

MIGRATING: Final = 7_321_105
"""Under which one process migrates while others wait."""
SEALING: Final = 7_321_106
"""Under which one process seals the trail; others leave it to that one."""
MERGING: Final = 7_321_108
"""Of everything that rewrites who is who; an import that is applied holds it, too."""
INBOX: Final = 7_321_201
"""Of whoever looks into the folder of deliveries."""

RUN: Final = 7_321_109
"""Of the one process that works on a run of the comparison; PostgreSQL lets go of it when the process dies."""
WHAT_IF: Final = 7_321_110
"""The same on a what-if."""
RECIPIENT: Final = 7_321_107
"""By which two senders of notices do not write to one person at once."""
DELIVERY: Final = 7_321_200
"""By which two deliveries of one name wait for each other."""
