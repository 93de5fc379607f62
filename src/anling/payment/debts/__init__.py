"""What was paid although nothing was due: kept in step with the account, and recovered (art. 46)."""
