"""What a pay run comes to, in numbers, and the sources because of which it stops nobody."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django.utils import timezone

from anling.feeds.tasks import rooms
from anling.payment.runs.proposing import SOURCES
from anling.rules.money import ZERO
from anling.web.officer.words.feed_words import label
from anling.web.officer.words.pay_words import ACTIONS, held_word


def sums(counts: dict[str, Any]) -> dict[str, Any]:
    """Lines of a run by action, and the held ones by every reason that holds them."""
    rows, feeds = counts.get("lines", []), feeds_of(counts)
    going = [row for row in rows if row["state"] not in ("held", "dropped")]
    held: dict[str, int] = {}
    for row in rows:
        for hold in row["holds"].split() if row["state"] == "held" else ():
            held[hold] = held.get(hold, 0) + row["lines"]
    return {
        "going": [{"code": code, "name": name, "lines": sum(r["lines"] for r in going if r["action"] == code),
                   "amount": sum((Decimal(r["amount"]) for r in going if r["action"] == code), ZERO)}
                  for code, name in ACTIONS.items()],
        "held": [{"code": code, "name": held_word(code, feeds), "lines": lines} for code, lines in held.items()],
        "held_lines": sum(row["lines"] for row in rows if row["state"] == "held"),
        "dropped": sum(row["lines"] for row in rows if row["state"] == "dropped"),
    }  # fmt: skip


def sources_of(counts: Mapping[str, Any]) -> dict[str, list[str]]:
    """The names of the sources that hold stops back, by why they do."""
    known = rooms().policy.catalogue(timezone.localdate()).feeds if any(map(counts.get, SOURCES)) else {}
    return {
        why: [label(known[code]) if code in known else code for code in counts.get(why) or ()] for why in SOURCES
    }  # fmt: skip


def feeds_of(counts: Mapping[str, Any]) -> list[str]:
    """The same, each once."""
    return list(dict.fromkeys(name for names in sources_of(counts).values() for name in names))
