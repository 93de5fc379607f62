"""Notices belong to the region that pays the benefit. They are never removed."""

from anling.audit.protection import APPEND, KEEP, Table, in_scope

PROTECTIONS = (
    Table("notices_notice", KEEP, sees=in_scope()),
    Table("notices_wrongcontact", KEEP, sees=in_scope()),
    Table("notices_subscription", KEEP, sees=in_scope()),
    Table("notices_letterbatch", APPEND, sees=in_scope()),
)
