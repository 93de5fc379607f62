"""Pages of the officers at their desks (/office)."""
