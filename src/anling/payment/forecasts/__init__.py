"""Who will stop if nothing happens, and the work that this makes (N-C1)."""
