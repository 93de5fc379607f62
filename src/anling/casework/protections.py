"""Cases and all that hangs on them belong to the paying region. What was found, tried and said stays."""

from anling.audit.protection import APPEND, KEEP, Table, in_scope

_KEPT = ("case", "finding", "appeal", "sourceverdict")
_APPENDED = ("attempt", "document", "caseevent", "adoption")

PROTECTIONS = (
    *(Table(f"casework_{name}", KEEP, sees=in_scope()) for name in _KEPT),
    *(Table(f"casework_{name}", APPEND, sees=in_scope()) for name in _APPENDED),
)
