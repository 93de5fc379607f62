"""Pages of contacts in a managing unit (/unit)."""
