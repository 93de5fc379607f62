"""From normalised rows to the tables, set by set: staged, compared with what is there, written in one transaction."""
