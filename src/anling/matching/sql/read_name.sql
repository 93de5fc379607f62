-- Those plain names, read from the batches: the one case in which a hash cannot tell.
SELECT u.person_seq, l.name_h AS their_name, l.name AS their_text, u.own_text
FROM slice_life AS l
JOIN unreadable AS u ON u.key = l.key
