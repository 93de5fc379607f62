"""Numbers and names brought to one form the Polars way: plain texts are left alone, the rest is folded in columns."""

from __future__ import annotations

import polars as pl

_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECK_CHARACTERS = "10X98765432"
_CHECKED_TYPES = ("01", "17")


def canonical(number: pl.Expr) -> pl.Expr:
    """Width, blanks and case folded; 15 digits upgraded to 18 (domain.md, section 3)."""
    plain = number.str.contains(r"^[0-9]{17}[0-9X]$")
    odd = pl.when(~plain).then(number)
    folded = odd.str.normalize("NFKC").str.replace_all(r"\s", "").str.to_uppercase()
    old = pl.when(folded.str.contains(r"^[0-9]{15}$")).then(folded)
    body = pl.concat_str([old.str.slice(0, 6), pl.lit("19"), old.str.slice(6)])
    upgraded = pl.when(_birth_date(body).is_not_null()).then(pl.concat_str([body, _check_character(body)]))
    return pl.when(plain).then(number).otherwise(pl.coalesce(upgraded, folded))


def tied(number: pl.Expr, id_type: pl.Expr) -> pl.Expr:
    """Whether a roster's canonical number ties anybody: it passes its check, or its document has none."""
    shaped = number.str.contains(r"^[0-9]{17}[0-9X]$")
    checked = id_type.is_in(_CHECKED_TYPES) | ((id_type == "07") & (number.str.len_chars() == 18))
    right = shaped & (_check_character(number) == number.str.slice(17, 1)) & _birth_date(number).is_not_null()
    return (number != "") & (~checked | right)


def birth_of(number: pl.Expr) -> pl.Expr:
    """The birth date that an 18-character number states."""
    return _birth_date(number)


def match_key(name: pl.Expr) -> pl.Expr:
    """The form in which names are compared: width, dots, blanks and capitals folded."""
    plain = name.str.contains(r"^[\x{4e00}-\x{9fff}]+$")
    odd = pl.when(~plain).then(name)
    folded = odd.str.replace_all("[\u200b-\u200d\u2060\ufeff]", "").str.normalize("NFKC").str.to_uppercase()
    dotted = folded.str.replace_all("[\u2022\u2027\u2219\u22c5\u30fb\uff65\uff0e.-]", "·").str.strip_chars()
    joined = dotted.str.replace_all(r"\s*·\s*", "·")
    settled = pl.when(joined.str.contains("[A-Z]")).then(joined.str.replace_all(r"\s+", " "))
    return pl.when(plain).then(name).otherwise(pl.coalesce(settled, joined.str.replace_all(r"\s+", "")))


def _birth_date(number: pl.Expr) -> pl.Expr:
    return number.str.slice(6, 8).str.to_date("%Y%m%d", strict=False)


def _check_character(number: pl.Expr) -> pl.Expr:
    digits = number.str.slice(0, 17).cast(pl.Int64, strict=False)
    total = pl.sum_horizontal(digits // 10 ** (16 - place) % 10 * weight for place, weight in enumerate(_WEIGHTS))
    characters = dict(enumerate(_CHECK_CHARACTERS))
    return pl.when(digits.is_not_null()).then(total % 11).replace_strict(characters, default=None)
