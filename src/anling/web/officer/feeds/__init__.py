"""Other departments' deliveries: the catalogue, uploads, health, and what is told back."""
