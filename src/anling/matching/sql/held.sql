-- People about whom another rule than 6 speaks: their life signs in the window decide nothing.
-- Rule 7 is left out: whoever it decides has no such sign.
SELECT DISTINCT person_seq FROM outcome WHERE rule <= 5 AND first_form
