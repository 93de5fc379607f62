"""Reference data: read by everybody, written by operations of this room."""

from anling.audit.protection import KEEP, Table

PROTECTIONS = tuple(
    Table(name, KEEP) for name in ("territory_region", "territory_agency", "territory_unit", "territory_outlet")
)
