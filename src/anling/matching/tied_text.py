"""Steps shared by rosters and feeds: from raw number and name to key and hashes (domain.md, section 3).

Each step is a SELECT over the one before it, so that every value is computed once per row.
"""

from anling.matching import normalise as n


def numbered(source: str, number: str = "id_number") -> str:
    """Adds `key0`: the packed key of a number that is canonical as it stands and passes its check, else NULL."""
    read = f"SELECT *, {n.numeral(number)} AS numeral FROM ({source})"
    whole = f"SELECT *, {n.numeral_with_x(number, 'numeral')} AS n FROM ({read})"
    high, low = n.halves("n")
    split = f"SELECT *, {high} AS high, {low} AS low FROM ({whole})"
    year, month, day = n.birth_parts("high", "low")
    total = n.digit_sum("high", "low")
    summed = f"SELECT *, {total} AS total, {year} AS b_year, {month} AS b_month, {day} AS b_day FROM ({split})"
    key = n.plain_key(number, "numeral", "n", "total", ("b_year", "b_month", "b_day"))
    dropped = "numeral, n, high, low, total, b_year, b_month, b_day"
    return f"SELECT * EXCLUDE ({dropped}), {key} AS key0 FROM ({summed})"


def tied(source: str, number: str = "id_number") -> str:
    """Adds key and name_h; odd_text and odd_name hold canonical number and match key where not plain.

    `source` has columns for the number, `name` and `key0`. key is NULL where the number is empty.
    A filter on these columns would be pushed below them and read every odd text twice: filter before or after.
    """
    plain = f"SELECT *, {n.is_plain_name('name')} AS plain FROM ({source})"
    canonical = (
        f"CASE WHEN key0 IS NULL THEN CASE WHEN regexp_full_match({number}, '[0-9A-Z]{{18}}') THEN {number}"
        f" ELSE canonical(coalesce({number}, '')) END END"
    )
    name_key = "CASE WHEN plain THEN NULL ELSE match_key(coalesce(name, '')) END"
    folded = f"SELECT *, {canonical} AS odd_text, {name_key} AS odd_name FROM ({plain})"
    # what passes as it stands has a key already, unless it begins with 0
    changed = f"(odd_text <> {number} OR odd_text < '1')"
    packed = f"CASE WHEN strlen(odd_text) = 18 AND {changed} THEN packed_key(odd_text) END"
    key = f"CASE WHEN key0 IS NULL THEN coalesce({packed}, {n.odd_key('odd_text')}) ELSE key0 END"
    keyed = f"SELECT * EXCLUDE (key0), {key} AS key FROM ({folded})"
    name = f"CASE WHEN odd_name IS NULL THEN {n.name_hash('name')} ELSE {n.name_hash('odd_name')} END"
    return f"SELECT *, {name} AS name_h FROM ({keyed})"
