"""What the serving role may do with the trail: add and read, nothing else."""

from anling.audit.protection import APPEND, Table

PROTECTIONS = (Table("audit_entry", APPEND), Table("audit_seal", APPEND))
