"""Answers may tell of people, so only the region of the client that got them sees them; counts tell of nobody."""

from anling.audit.protection import ALL, Table, in_scope

PROTECTIONS = (Table("api_answer", ALL, sees=in_scope()), Table("api_usage", ALL))
