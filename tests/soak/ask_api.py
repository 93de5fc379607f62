"""Thousands of questions to every operation of the API: each answer is as described, and none is a failure of ours.

Run with `python -m tests.soak.ask_api [EXAMPLES] [SEED]`; tests/apps asks a few of the same.
"""

import random
import sys
import time

from anling.site.environment import read_environment
from anling.site.migrating import migrate
from tests.support.platform import empty, environment

EXAMPLES = 2000


def main(examples: int, start: int) -> None:
    from tests.support.client import ELSEWHERE, caller, person, places
    from tests.support.questions import ask, operations

    migrate(read_environment(environment()))
    empty()
    places()
    person()
    person(ELSEWHERE, "440305")
    ours = caller(per_minute=1_000_000)
    began, total = time.monotonic(), 0
    for operation in operations():
        asked = ask(operation, ours, examples, start)
        total += asked
        print(f"{asked:6} {operation.label}", flush=True)
    print(f"{total} questions, seed {start}, {time.monotonic() - began:.0f} s: every answer as described")


if __name__ == "__main__":
    given = [int(word) for word in sys.argv[1:]]
    main(given[0] if given else EXAMPLES, given[1] if len(given) > 1 else random.randrange(2**32))
