"""A pay run from the machine's draft to the pay system's answer (N-A2)."""
