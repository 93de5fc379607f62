"""People are seen by every region that pays one of their benefits; benefits and changes by their own region alone."""

from anling.audit.protection import ALL, APPEND, KEEP, Table, in_scope

_SCOPED = "nullif(current_setting('anling.scope', true), '') IS NOT NULL"
_HISTORIES = ("roster_identitynumber", "roster_personname")
_PAID_HERE = "EXISTS (SELECT 1 FROM roster_benefit AS b WHERE b.person_id = {person} AND " + in_scope("b.region") + ")"

PROTECTIONS = (
    Table("roster_person", KEEP, sees=_PAID_HERE.format(person="roster_person.id"), writes=_SCOPED),
    *(Table(name, KEEP, sees=_PAID_HERE.format(person=f"{name}.person_id"), writes=_SCOPED) for name in _HISTORIES),
    Table("roster_benefit", KEEP, sees=in_scope()),
    Table("roster_searchtoken", ALL, sees=in_scope()),
    Table("roster_change", APPEND, sees=in_scope()),
    Table("roster_rosterimport", KEEP, sees=in_scope()),
    Table("roster_finding", KEEP, sees=in_scope()),
)
