"""Ten thousand random tamperings with a sealed trail, as the owner of the database: every one is found.

Run with `python -m tests.soak.tamper [CASES] [SEED]`; tests/apps runs a few of the same cases.
"""

import sys
import tempfile
from pathlib import Path

from anling.audit.verification import verify
from anling.site.environment import read_environment
from anling.site.migrating import migrate
from tests.support.platform import empty, environment
from tests.support.trail import trail, unfound

CASES, SEED, ENTRIES = 10_000, 20_260_701, 200


def main() -> int:
    """Prints what was found; 1 where anything was not."""
    cases, seed = (int(word) for word in (*sys.argv[1:], *(str(CASES), str(SEED))[len(sys.argv) - 1 :]))
    migrate(read_environment(environment()))
    empty()  # making the tables is on record too, and of today
    with tempfile.TemporaryDirectory() as folder:
        head = Path(folder) / "head"
        trail(ENTRIES, head)
        before = verify(head=head)
        if not before.whole:  # everything would count as found
            print(f"the trail was not whole before it was tampered with: {before.findings[0]}")
            return 1
        missed, found = unfound(cases, seed, head)
        after = verify(head=head)
    print(f"{found:,} of {cases:,} tamperings found in a trail of {before.sealed} seals (seed {seed})")
    for case in missed:
        print(f"NOT FOUND: {case}")
    return 0 if after.whole and found == cases else 1


if __name__ == "__main__":
    sys.exit(main())
