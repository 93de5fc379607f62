"""The account of each benefit: what is kept of its pay, reckoned month by month."""
