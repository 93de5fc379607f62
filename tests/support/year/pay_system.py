"""The pay system outside: it knows control files and nothing else, and pays what it was told."""

from __future__ import annotations

import csv
import io
from collections import defaultdict
from dataclasses import dataclass, field
from decimal import Decimal

from anling.rules.months import Month

ZERO = Decimal("0.00")


@dataclass
class PaySystem:
    """amounts: yuan a month by benefit number; paying: who is paid; paid: by benefit and month; arrears: by benefit."""

    amounts: dict[str, Decimal]
    paying: set[str]
    paid: dict[str, dict[Month, Decimal]] = field(default_factory=lambda: defaultdict(dict))
    arrears: dict[str, Decimal] = field(default_factory=lambda: defaultdict(lambda: ZERO))

    def take(self, month: Month, control_file: bytes) -> bytes:
        """Carry out a control file and pay the month; the answer to it."""
        answer = io.StringIO()
        writer = csv.writer(answer)
        writer.writerow(("benefit_no", "action", "result"))
        for line in csv.DictReader(io.StringIO(control_file.decode("utf-8-sig"))):
            number, action = line["benefit_no"], line["action"]
            if action == "arrears":
                self.arrears[number] += Decimal(line["amount"])
            elif action == "resume":
                self.paying.add(number)
            elif action in ("stop", "end"):
                self.paying.discard(number)
            writer.writerow((number, action, "done"))
        for number in self.paying:
            self.paid[number][month] = self.amounts[number]
        return answer.getvalue().encode()

    def months_paid(self, number: str) -> set[Month]:
        """The months of the year that a benefit was paid by its runs."""
        return set(self.paid[number])
