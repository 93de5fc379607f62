"""Comparison runs, their lists, and the question what other rules would have said."""
