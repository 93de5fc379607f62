"""Cases and all that hangs on them belong to the paying region. What was found, tried and said stays.

Who took a run over is seen from its region, from above and from inside it, as the run itself is.
"""

from anling.audit.protection import APPEND, KEEP, Table, in_scope

_KEPT = ("case", "finding", "appeal", "sourceverdict")
_APPENDED = ("attempt", "document", "caseevent")
_AROUND = f"({in_scope()} OR starts_with(nullif(current_setting('anling.scope', true), ''), region))"

PROTECTIONS = (
    *(Table(f"casework_{name}", KEEP, sees=in_scope()) for name in _KEPT),
    *(Table(f"casework_{name}", APPEND, sees=in_scope()) for name in _APPENDED),
    Table("casework_adoption", KEEP, sees=_AROUND, writes=in_scope()),
)
