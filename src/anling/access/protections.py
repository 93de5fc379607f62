"""Officers, grants and client systems hold nothing of recipients; the operations of this room decide who may write."""

from anling.audit.protection import ALL, KEEP, Table

PROTECTIONS = (
    Table("access_officer", KEEP), Table("access_grant", ALL), Table("access_commandsession", ALL),
    Table("access_clientsystem", ALL), Table("access_attempt", ALL),
)  # fmt: skip
