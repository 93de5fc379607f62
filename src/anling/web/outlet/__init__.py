"""Pages of operators at a counter (/outlet)."""
