"""What the serving role may do with the trail: add and read, nothing else; verifications tell how far they are."""

from anling.audit.protection import APPEND, KEEP, Table

PROTECTIONS = (Table("audit_entry", APPEND), Table("audit_seal", APPEND), Table("audit_verification", KEEP))
