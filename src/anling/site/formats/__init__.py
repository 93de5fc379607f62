"""How dates are written where a page of a library asks Django: as everywhere else, the year first."""
