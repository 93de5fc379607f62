-- People under whose number somebody with a different name was seen alive in the window.
SELECT DISTINCT person_seq FROM renamed WHERE in_window AND NOT is_variant
