"""The long proof that a pay run survives the process that works on it: `script/soak faults`.

Each act of two pay months is killed (SIGKILL) at seeded moments and done again, twenty kills in all. In the end every
table holds what it holds after months in which nobody was killed: nothing is stopped or paid twice, nothing is lost.
"""

from __future__ import annotations

import os
import random
import sys

PEOPLE, KILLS, SEED = 300, 20, 20260806


def main() -> int:
    """Kill, go on, compare; 1 where the months ended otherwise."""
    from anling.site.environment import read_environment
    from anling.site.migrating import migrate
    from tests.support import platform
    from tests.support.content import differences
    from tests.support.pay_kills import ended, two_months

    migrate(read_environment(platform.environment()))
    length: dict[str, float] = {}
    for name, seconds in two_months(PEOPLE, lambda name: []):
        length[name] = max(length.get(name, 0.0), seconds)
    wanted, wrong = ended()
    print("undisturbed, seconds by act:", {name: round(seconds, 2) for name, seconds in length.items()}, flush=True)
    chance, done, told = random.Random(SEED), 0, len(wrong)

    def kills(name: str) -> list[float]:
        return [chance.uniform(0, length[name]) for _ in range(chance.choice((1, 2, 3)))]

    while done < KILLS:
        for name, seconds in two_months(PEOPLE, kills):
            if name.startswith("kill"):
                done += 1
                print(f"{done:>3}: {name} after {seconds:.2f} s", flush=True)
        held, wrong = ended()
        wrong += differences(wanted, held)
        print("\n".join(wrong) or "as the undisturbed months", flush=True)
        told += len(wrong)
    print(f"{done} kills, {told} wrong; {wanted['payment_payfact']} of facts, {wanted['payment_payline']} of lines")
    return 1 if told else 0


if __name__ == "__main__":
    os.environ.setdefault("PYTHONUTF8", "1")
    sys.exit(main())
