"""Messages to people and their delivery: warned before anything stops (domain.md, section 1)."""
