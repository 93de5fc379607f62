"""Reference data: read by everybody, written by operations of this room."""

from anling.audit.protection import KEEP, Table

PROTECTIONS = tuple(Table(f"territory_{name}", KEEP) for name in ("region", "agency", "unit", "outlet", "source"))
"""Nothing is removed: a code that has gone still stands in old records."""
