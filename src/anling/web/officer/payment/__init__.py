"""Pay runs, what is undone or owed, differences between books, and the forecast."""
