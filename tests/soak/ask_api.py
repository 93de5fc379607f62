"""Thousands of questions to every operation of the API: each answer is as described, and none is a failure of ours.

Run with `python -m tests.soak.ask_api [EXAMPLES] [SEED] [RESOURCE…]`, such as `2000 1 runs cases`; tests/apps asks a
few of the same.
"""

import logging
import random
import sys
import time

from anling.site.environment import read_environment
from anling.site.migrating import migrate
from tests.support.platform import empty, environment

EXAMPLES = 2000


def main(examples: int, start: int, *resources: str) -> None:
    from tests.support.client import caller
    from tests.support.furnished import furnish
    from tests.support.questions import ask, operations

    migrate(read_environment(environment()))
    empty()
    known, ours = furnish(), caller(per_minute=1_000_000)
    began, total = time.monotonic(), 0
    logging.getLogger("django.request").setLevel(logging.ERROR)  # most questions are refused, as they should be
    for operation in operations():
        if resources and operation.path.removeprefix("/api/v1").split("/")[1] not in resources:
            continue
        asked = ask(operation, ours, examples, known, start)
        total += asked.total
        answers = ", ".join(f"{status}: {number}" for status, number in sorted(asked.answers.items()))
        told = f"({answers}; {asked.with_rows} with rows, {asked.next_pages} next pages)"
        print(f"{asked.total:6} {operation.label} {told}", flush=True)
        if not asked.with_rows:
            raise SystemExit(f"{operation.label} never answered with a row: nothing was asked that there is")
    print(f"{total} questions, seed {start}, {time.monotonic() - began:.0f} s: every answer as described")


if __name__ == "__main__":
    words = sys.argv[1:]
    main(int(words[0]) if words else EXAMPLES, int(words[1]) if len(words) > 1 else random.randrange(2**32), *words[2:])
