"""A year of an office: a world with known truth, departments that tell of it, and a pay system outside."""
