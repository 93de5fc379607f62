"""People, their identity numbers and names over time, and their benefits; import and clean-up (N-A1, N-C3)."""
