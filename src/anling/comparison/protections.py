"""Runs are seen from their region, from above and from inside it; decisions and counts by their own region alone;
a what-if and its people by whoever's region covers it.

The partitions are the owner's: the serving role has no right on them but through their parents (migration 0001).
"""

from anling.audit.protection import ADD, ALL, APPEND, KEEP, READ, REMOVE, Table, in_scope

_SCOPE = "nullif(current_setting('anling.scope', true), '')"
_AROUND = f"({in_scope()} OR starts_with({_SCOPE}, region))"
_DECIDED_HERE = (
    "EXISTS (SELECT 1 FROM comparison_decision AS d WHERE d.run_id = comparison_evidence.run_id"
    " AND d.person_id = comparison_evidence.person_id AND " + in_scope("d.region") + ")"
)

PROTECTIONS = (
    Table("comparison_run", KEEP, sees=_AROUND, writes=in_scope()),
    Table("comparison_decision", APPEND, sees=in_scope()),
    Table("comparison_evidence", APPEND, sees=_DECIDED_HERE, writes=f"{_SCOPE} IS NOT NULL"),
    Table("comparison_count", APPEND, sees=in_scope()),
    Table("comparison_whatif", ALL, sees=in_scope()),
    Table("comparison_whatifcount", (READ, ADD, REMOVE), sees=in_scope()),
    Table("comparison_whatifline", (READ, ADD, REMOVE), sees=in_scope()),
)
