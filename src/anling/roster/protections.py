"""People are seen by every region that pays one of their benefits; benefits and changes by their own region alone.

Somebody merged into another person has no benefit left and is seen where that person is. A change is never rewritten;
only whose it is may follow a merge. Former rows are written by the database alone.
"""

from anling.audit.protection import ADD, ALL, APPEND, KEEP, READ, Table, in_scope

_SCOPED = "nullif(current_setting('anling.scope', true), '') IS NOT NULL"
_AROUND = "starts_with(nullif(current_setting('anling.scope', true), ''), region)"
_HISTORIES = ("roster_identitynumber", "roster_personname")
_PAID_HERE = "EXISTS (SELECT 1 FROM roster_benefit AS b WHERE b.person_id = {person} AND " + in_scope("b.region") + ")"
# CASE, since PostgreSQL takes coalesce for a leaky expression and then reads every benefit instead of the index
_WHO_COUNTS = (
    "CASE WHEN roster_person.merged_into_id IS NULL THEN roster_person.id ELSE roster_person.merged_into_id END"
)
_PERSON_SEEN = "EXISTS (SELECT 1 FROM roster_person AS p WHERE p.id = roster_formerperson.person_id)"

PROTECTIONS = (
    Table("roster_person", KEEP, sees=_PAID_HERE.format(person=_WHO_COUNTS), writes=_SCOPED),
    *(Table(name, KEEP, sees=_PAID_HERE.format(person=f"{name}.person_id"), writes=_SCOPED) for name in _HISTORIES),
    Table("roster_benefit", KEEP, sees=in_scope()),
    Table("roster_searchtoken", ALL, sees=in_scope()),
    Table("roster_change", (READ, ADD, "UPDATE (person_id)"), sees=in_scope()),
    Table("roster_formerperson", (READ,), sees=_PERSON_SEEN),
    Table("roster_formerbenefit", (READ,), sees=in_scope()),
    Table("roster_rosterimport", KEEP, sees=in_scope()),
    Table("roster_finding", KEEP, sees=in_scope()),
    # whether a region is live is asked of what lies within it, too
    Table("roster_gonelive", APPEND, sees=f"({in_scope()} OR {_AROUND})", writes=in_scope()),
    Table("roster_merge", KEEP, sees=in_scope()),
)
