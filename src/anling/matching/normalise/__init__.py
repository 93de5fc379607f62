"""What files say, put into the form in which it is compared: numbers, names, dates, contract, the rows of the store.

What a number, a name or a date means is said once, in `rules` (domain.md, section 3). Here whole columns, Arrow arrays
that any engine reads from a file, are decided in the plain case by a few operations of numpy; what is not plain is put
to the rules text by text. No connection, no file.
"""

NORMALISER = "4"
"""Raised whenever an ingested row would come out differently; part of the key of every ingested batch."""
