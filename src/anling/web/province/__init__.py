"""Pages of those who oversee a region (/province)."""
