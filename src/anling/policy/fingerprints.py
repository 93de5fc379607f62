"""Short stable hashes over plain values: equal values, equal hash, on every machine and in every process."""

import hashlib
import json

DIGITS = 16


def fingerprint(value: object) -> str:
    """Sixteen hexadecimal digits over a value made of texts, numbers, booleans, tuples and lists."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()[:DIGITS]
