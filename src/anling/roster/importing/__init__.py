"""From normalised rows to the tables, set by set: staged, compared with what is there, and written in one transaction."""
