"""What the regulations say: months, clock, events, evidence and decision as pure functions on frozen values."""
