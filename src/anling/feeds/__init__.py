"""Other departments' files: intake, contract, quarantine, provenance, health (N-C2). Intake needs no Django."""
