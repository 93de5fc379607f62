"""Numbers in Chinese as tables of an agency write them: a comma before every three digits; Django writes none."""

THOUSAND_SEPARATOR = ","
NUMBER_GROUPING = 3
