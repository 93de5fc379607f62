"""What pages, API and the payment room read of cases; every question needs the scope of the transaction."""
