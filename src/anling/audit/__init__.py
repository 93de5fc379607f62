"""Who did what, when, why and under which rule version: append-only, chained by hash (platform.md, "Audit").

The innermost of the rooms that keep something. Every other room records its acts here, in the act's own transaction.
"""
