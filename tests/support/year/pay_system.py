"""The pay system outside: it knows control files and nothing else, pays what it was told, and now and then does not."""

from __future__ import annotations

import csv
import io
import random
from collections import defaultdict
from dataclasses import dataclass, field
from decimal import Decimal

from anling.rules.months import Month

ZERO = Decimal("0.00")
_REFUSED, _FORGOTTEN = 0.1, 0.05
"""Shares of lines that it refuses, and that it neither carries out nor names in its answer."""


@dataclass
class PaySystem:
    """amounts: yuan a month by benefit number; paying: who is paid; paid: by benefit and month; arrears: by benefit.

    not_done: how many lines of an action it did not carry out.
    """

    amounts: dict[str, Decimal]
    paying: set[str]
    paid: dict[str, dict[Month, Decimal]] = field(default_factory=lambda: defaultdict(dict))
    arrears: dict[str, Decimal] = field(default_factory=lambda: defaultdict(lambda: ZERO))
    not_done: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    chance: random.Random = field(default_factory=lambda: random.Random(11))

    def take(self, month: Month, control_file: bytes) -> bytes:
        """Carry out a control file and pay the month; the answer to it."""
        answer = io.StringIO()
        writer = csv.writer(answer)
        writer.writerow(("benefit_no", "action", "result", "code"))
        for line in csv.DictReader(io.StringIO(control_file.decode("utf-8-sig"))):
            number, action, drawn = line["benefit_no"], line["action"], self.chance.random()
            if drawn < _REFUSED + _FORGOTTEN:
                self.not_done[action] += 1
                if drawn < _REFUSED:
                    writer.writerow((number, action, "refused", "E7"))
                continue
            self._do(number, action, line["amount"])
            writer.writerow((number, action, "done", ""))
        self.pay(month)
        return answer.getvalue().encode()

    def pay(self, month: Month) -> None:
        """Pay a month as it was last told."""
        for number in self.paying:
            self.paid[number][month] = self.amounts[number]

    def _do(self, number: str, action: str, amount: str) -> None:
        if action == "arrears":
            self.arrears[number] += Decimal(amount)
        elif action == "resume":
            self.paying.add(number)
        elif action in ("stop", "end"):
            self.paying.discard(number)
