"""Normalisation as SQL text: the packed key of a number, the hash of a name, dates and months (domain.md, section 3).

What a number or a name means is said once, in `rules`. The expressions here decide the plain case fast (an 18-character
number that passes its check, a name of simplified Han) and leave every other text to functions that the engine binds to
`rules`: `canonical(text)`, `packed_key(text)`, `match_key(text)`. No connection here.
"""

from functools import cache

from anling.rules.names import WILDCARDS, simplified
from anling.rules.numbers import BIRTH_YEARS

NORMALISER = "3"
"""Raised whenever an ingested row would come out differently; part of the key of every ingested batch."""

PHRASE_CHARACTERS = "沈藉坏覆哩瞭衹甦"
"""Characters that OpenCC leaves alone by themselves and changes inside phrases: names with them take the slow way."""

HAN_BLOCK = range(0x4E00, 0xA000)
CHECK_RADIX = 11
"""A packed key is the first 17 digits × 11 + the check value 0..10."""

HALF = 10**9


def numeral(text: str) -> str:
    """A text of 18 characters as BIGINT; NULL where it is not a number. The cast takes more than digits, see `key`."""
    return f"TRY_CAST({text} AS BIGINT)"


def numeral_with_x(text: str, numeral: str) -> str:
    """`numeral`, or where it is NULL the number with 0 for its last character (which may be X)."""
    return f"coalesce({numeral}, CASE WHEN {numeral} IS NULL THEN TRY_CAST(left({text}, 17) || '0' AS BIGINT) END)"


def halves(n: str) -> tuple[str, str]:
    """The first and the last nine digits of a number of 18 digits, as DOUBLE: exact, and much faster to divide."""
    return f"({n} // {HALF})::DOUBLE", f"({n} % {HALF})::DOUBLE"


def digit_sum(high: str, low: str) -> str:
    """Σ digit_j·2^j modulo 11 over 18 digits, without taking them apart (ISO 7064 MOD 11-2): 1 where the check holds.

    Over nine digits it is x − 8·Σ_{j≥1} (x div 10^j)·2^(j−1), where −8 counts as 3; 2^9 counts as 6.
    """
    return f"((6 * {_nine_digits(high)} + {_nine_digits(low)})::BIGINT % {CHECK_RADIX})"


def birth_parts(high: str, low: str) -> tuple[str, str, str]:
    """Year, month and day of birth that the two halves of a number state (AAAAAAYYY and YMMDDOOOC)."""
    year = f"(({high} - 1000 * {_shifted(high, 3)}) * 10 + {_shifted(low, 8)})"
    month = f"({_shifted(low, 6)} - 100 * {_shifted(low, 8)})"
    return year, month, f"({_shifted(low, 4)} - 100 * {_shifted(low, 6)})"


def is_birth_date(year: str, month: str, day: str) -> str:
    """Whether year, month and day are a real date of 1850..2100."""
    leap = f"({year}::INTEGER % 4 = 0 AND ({year}::INTEGER % 100 <> 0 OR {year}::INTEGER % 400 = 0))"
    february = f"CASE WHEN {leap} THEN 29 ELSE 28 END"
    last = f"CASE WHEN {month} = 2 THEN {february} WHEN {month} IN (4, 6, 9, 11) THEN 30 ELSE 31 END"
    return (
        f"{year} BETWEEN {BIRTH_YEARS.start} AND {BIRTH_YEARS.stop - 1} AND {month} BETWEEN 1 AND 12 AND {day} >= 1"
        f" AND CASE WHEN {day} <= 28 THEN true ELSE {day} <= {last} END"
    )


def plain_key(text: str, numeral: str, n: str, total: str, birth: tuple[str, str, str]) -> str:
    """The packed key of a text that is already canonical and passes its check, else NULL.

    `numeral`, `n` and `total` are columns made by `numeral`, `numeral_with_x` and `digit_sum`. Writing the number out
    again and comparing proves that there was nothing but digits. With n = 10·first17 + last, n + n div 10 is the key.
    """
    digits = f"{numeral} IS NOT NULL"
    plain = f"{total} = 1 AND {numeral}::VARCHAR = {text}"
    with_x = f"{total} = 2 AND ({n} // 10)::VARCHAR || 'X' = {text}"
    right = f"CASE WHEN {digits} THEN {plain} ELSE {with_x} END"
    return (
        f"CASE WHEN {n} BETWEEN {10**17} AND {10**18 - 1} AND {right} AND {is_birth_date(*birth)}"
        f" THEN {n} + {n} // 10 + CASE WHEN {digits} THEN 0 ELSE 10 END END"
    )


def odd_key(canonical: str) -> str:
    """The key, below zero, of a canonical text that does not pass the check; NULL where it is empty."""
    return f"CASE WHEN {canonical} <> '' THEN -((hash({canonical}) >> 2)::BIGINT) - 1 END"


def name_hash(key: str) -> str:
    """A match key as BIGINT, at least 1; 0 where it is empty."""
    return f"CASE WHEN {key} = '' THEN 0 ELSE greatest((hash({key}) >> 1)::BIGINT, 1) END"


def is_plain_name(text: str) -> str:
    """Whether a name is its own match key and its own simplified form, without a sign nobody could read."""
    return f"regexp_full_match({text}, '{_plain_class()}+')"


def canonical_text(key: str) -> str:
    """The canonical number that a packed key above zero stands for."""
    return (
        f"lpad(({key} // {CHECK_RADIX})::VARCHAR, 17, '0') || substring('0123456789X', ({key} % {CHECK_RADIX}) + 1, 1)"
    )


def day(text: str) -> str:
    """A date read as ISO (a time of day after it is dropped), yyyyMMdd or yyyy/M/d; NULL for anything else.

    The cast takes more than ISO; writing the date out again shows whether that is what stood there.
    """
    iso = f"strlen({text}) = 10 AND {text} >= '1000' AND TRY_CAST({text} AS DATE)::VARCHAR = {text}"
    return f"CASE WHEN {iso} THEN TRY_CAST({text} AS DATE) WHEN {text} IS NOT NULL THEN {_odd_day(f'trim({text})')} END"


def _odd_day(text: str) -> str:
    time = r"[ T][0-2]\d:[0-5]\d(:[0-5]\d(\.\d+)?)?(Z|[+-]\d\d:?\d\d)?"
    forms = (
        (r"[12]\d{7}", f"try_strptime({text}, '%Y%m%d')::DATE"),
        (r"[12]\d{3}/\d{1,2}/\d{1,2}", f"try_strptime({text}, '%Y/%m/%d')::DATE"),
        (rf"[12]\d{{3}}-\d\d-\d\d({time})?", f"TRY_CAST(left({text}, 10) AS DATE)"),
    )
    return (
        "CASE " + " ".join(f"WHEN regexp_full_match({text}, '{form}') THEN {value}" for form, value in forms) + " END"
    )


def month(text: str) -> str:
    """A month read as yyyy-MM or yyyyMM, as Month.index (year × 12 + month − 1); NULL for anything else."""
    digits = f"replace(trim({text}), '-', '')"
    return (
        f"CASE WHEN regexp_full_match(trim({text}), '[12]\\d{{3}}-?(0[1-9]|1[0-2])')"
        f" THEN left({digits}, 4)::INTEGER * 12 + right({digits}, 2)::INTEGER - 1 END"
    )


def days(date: str) -> str:
    """A date as days since 1970-01-01."""
    return f"({date} - DATE '1970-01-01')::INTEGER"


def _shifted(x: str, places: int) -> str:
    """x div 10^places of a whole DOUBLE below 10^9: the half keeps the product clear of the next integer."""
    return f"floor(({x} + 0.5) * 1e-{places})"


def _nine_digits(x: str) -> str:
    terms = " + ".join(f"{pow(2, j - 1, CHECK_RADIX)} * {_shifted(x, j)}" for j in range(1, 9))
    return f"({x} + 3 * ({terms}))"


@cache
def _plain_class() -> str:
    characters = [chr(point) for point in HAN_BLOCK]
    forms = simplified("\n".join(characters)).split("\n")
    same = {a for a, b in zip(characters, forms, strict=True) if a == b}
    return _character_class(sorted(same - set(PHRASE_CHARACTERS) - set(WILDCARDS)))


def _character_class(characters: list[str]) -> str:
    ranges: list[list[str]] = []
    for character in characters:
        if ranges and ord(ranges[-1][1]) == ord(character) - 1:
            ranges[-1][1] = character
        else:
            ranges.append([character, character])
    return "[" + "".join(first if first == last else f"{first}-{last}" for first, last in ranges) + "]"
