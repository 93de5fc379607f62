"""Pay belongs to the region that pays it. A fact of pay is never changed; only a line of a draft may go."""

from anling.audit.protection import ALL, APPEND, KEEP, Table, in_scope

_AROUND = "starts_with(nullif(current_setting('anling.scope', true), ''), region)"

PROTECTIONS = (
    # a run of the province is also that of its counties, who see their own lines of it
    Table("payment_payrun", KEEP, sees=f"({in_scope()} OR {_AROUND})", writes=in_scope()),
    Table("payment_payline", ALL, sees=in_scope()),
    Table("payment_payfact", APPEND, sees=in_scope()),
    Table("payment_recovery", KEEP, sees=in_scope()),
    Table("payment_earlierstop", KEEP, sees=in_scope()),
    Table("payment_mismatch", KEEP, sees=in_scope()),
    # that of the province is also looked at by its counties, who see their own lines of it
    Table("payment_forecast", KEEP, sees=f"({in_scope()} OR {_AROUND})", writes=in_scope()),
    Table("payment_forecastline", ALL, sees=in_scope()),
    Table("payment_forecastload", ALL, sees=in_scope()),
)
