"""Pay belongs to the region that pays it. A fact of pay is never changed; only a line of a draft may go."""

from anling.audit.protection import ALL, APPEND, KEEP, Table, in_scope

PROTECTIONS = (
    Table("payment_payrun", KEEP, sees=in_scope()),
    Table("payment_payline", ALL, sees=in_scope()),
    Table("payment_payfact", APPEND, sees=in_scope()),
    Table("payment_recovery", KEEP, sees=in_scope()),
    Table("payment_mismatch", KEEP, sees=in_scope()),
)
