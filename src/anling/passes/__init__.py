"""The append-only record of passes and the clock read from it (N-A2, N-A3)."""
