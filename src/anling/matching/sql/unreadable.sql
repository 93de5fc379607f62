-- People whose own name in the roster holds an unreadable glyph, and who were seen under a plain other name.
SELECT DISTINCT person_seq, key, own_text
FROM name_pair
WHERE their_text IS NULL AND has_wildcard(own_text)
