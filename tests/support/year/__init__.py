"""A year of an office in one go: a world with known truth, the departments that tell of it, and a pay system outside."""
