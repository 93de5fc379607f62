"""A pass is seen where a benefit that it covers is paid. Nothing here is changed or removed by the serving role."""

from anling.audit.protection import APPEND, Table, in_scope

_SCOPED = "nullif(current_setting('anling.scope', true), '') IS NOT NULL"
_COVERS_HERE = "EXISTS (SELECT 1 FROM passes_cover AS c WHERE c.made_id = {made} AND " + in_scope("c.region") + ")"

PROTECTIONS = (
    # its own covers come a moment later: what is written is not yet seen
    Table("passes_pass", APPEND, sees=_COVERS_HERE.format(made="passes_pass.id"), writes=_SCOPED),
    Table("passes_cover", APPEND, sees=in_scope()),
    Table("passes_revocation", APPEND, sees=_COVERS_HERE.format(made="passes_revocation.made_id")),
)
