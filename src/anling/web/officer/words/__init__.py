"""What stored words are called on pages, by subject; every package of pages may ask here."""
