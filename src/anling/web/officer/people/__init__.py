"""Everyone who draws a pension: the list, one person on one page and the parts of it, and what is set right there."""
