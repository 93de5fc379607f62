"""The long proof of a year of pay: `script/soak year [PEOPLE]`.

Twelve months of an office over synthetic people: deaths told in time and late, people who come late, a department that
does not deliver for seven months, officers who are mistaken. After it nobody was stopped without warning or attempt,
healthy sources and two officers; nobody living is ended; every month, every arrears and every overpayment agrees to the
cent with what a pay system outside did. tests/journeys/test_year.py does it with few people.
"""

from __future__ import annotations

import os
import sys
import tempfile
import time
from pathlib import Path

PEOPLE, SEED = 200_000, 5


def main() -> int:
    """1 where anything does not hold; the first twenty sentences are told."""
    people = int(sys.argv[1]) if len(sys.argv) > 1 else PEOPLE
    from anling.site.environment import read_environment
    from anling.site.migrating import migrate
    from tests.support import platform

    migrate(read_environment(platform.environment()))
    from tests.support.year.story import year

    begun = time.monotonic()

    def told(text: str) -> None:
        print(f"{time.monotonic() - begun:6.0f} s  {text}", flush=True)

    with tempfile.TemporaryDirectory(prefix="anling-year-") as folder:
        wrong = year(Path(folder), people, SEED, told)
    print(f"{len(wrong)} wrong")
    for sentence in wrong[:20]:
        print(sentence)
    return 1 if wrong else 0


if __name__ == "__main__":
    os.environ.setdefault("PYTHONUTF8", "1")
    raise SystemExit(main())
