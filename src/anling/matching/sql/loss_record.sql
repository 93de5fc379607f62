-- Every record of a loss, with what has ended it (point 2): revoked, released, or a term that is over.
SELECT
  l.batch_no, l.pos, b.feed, b.department, l.row_id, l.sign, l.grade, l.key, l.name_h, l.name, l.id_status, l.id_text,
  l.day, l.end_day, l.birth_day, l.sex,
  CASE
    WHEN revocation.last_day > l.day THEN 'revoked'
    WHEN l.sign = 'custody' AND release.last_day > l.day THEN 'released'
    WHEN l.sign = 'custody' AND l.end_day < {as_of_day} THEN 'term_ended'
  END AS over_by
FROM loss AS l
JOIN batch AS b ON b.batch_no = l.batch_no
LEFT JOIN cancelling AS revocation
  ON revocation.sign = 'revocation' AND revocation.feed = b.feed AND revocation.key = l.key
LEFT JOIN cancelling AS release
  ON release.sign = 'release' AND release.feed = b.feed AND release.key = l.key AND release.released_name = l.name_h
WHERE l.sign IN ('death', 'custody', 'missing', 'double_benefit')
