"""Pages of those who visit people at home (/visit)."""
