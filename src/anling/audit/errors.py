"""What goes wrong around scopes and the trail."""


class NoScopeError(Exception):
    """Rows were asked for before it was said which region may be seen: a defect of the caller, never of the user."""


class BrokenChainError(Exception):
    """The chain in the database does not end where the head file says: nothing is sealed until a person has looked."""


class AuditError(Exception):
    """An act cannot be recorded, so it must not happen: the transaction is rolled back."""
