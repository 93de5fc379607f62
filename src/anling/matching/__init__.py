"""Roster × feeds → decisions, as named SQL steps with their parameters. No connection, no file (N-B1)."""
