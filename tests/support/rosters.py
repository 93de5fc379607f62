"""Small roster files for tests of the database: rows by number of the benefit, and one call that imports them."""

import csv
from pathlib import Path

from anling.audit.values import Actor
from anling.feeds.roster_import import apply_file, check_file
from anling.roster import operations
from anling.roster.models import RosterImport
from anling.rules.numbers import CHECK_CHARACTERS, WEIGHTS
from tests.support.platform import HOME, NOW

COLUMNS = (
    "benefit_no", "person_no", "id_number", "name", "sex", "scheme", "region", "agency", "unit", "last_pass_month",
    "pay_status", "monthly_amount", "phone",
)  # fmt: skip


def number(serial: int, born: str = "19500101") -> str:
    """A resident number that passes its check."""
    digits = f"440104{born}{serial:03d}"
    total = sum(int(digit) * weight for digit, weight in zip(digits, WEIGHTS, strict=False))
    return digits + CHECK_CHARACTERS[(12 - total % 11) % 11]


def row(serial: int, **changes: str) -> dict[str, str]:
    """A benefit of its own person in Yuexiu, Guangzhou."""
    return {
        "benefit_no": f"B{serial}", "person_no": f"P{serial}", "id_number": number(serial), "name": "陈小明",
        "sex": "1", "scheme": "resident", "region": "440104", "agency": "440104A", "unit": "U1",
        "last_pass_month": "2025-03", "pay_status": "paying", "monthly_amount": "1234.50", "phone": "13800000000",
        **changes,
    }  # fmt: skip


def write(path: Path, *rows: dict[str, str]) -> Path:
    """The rows as a CSV file."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, COLUMNS)
        writer.writeheader()
        writer.writerows(rows)
    return path


def check(path: Path, by: Actor) -> RosterImport:
    """A file received and checked."""
    received = operations.receive(file_name=path.name, by=by, at=NOW)
    return check_file(key=received.pk, path=path, home=HOME, by=by, at=NOW)[0]


def load(path: Path, by: Actor, *rows: dict[str, str]) -> RosterImport:
    """Rows written to a file, checked and applied."""
    return apply_file(key=check(write(path, *rows), by).pk, by=by, at=NOW)
