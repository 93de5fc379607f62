"""Numbers and names brought to one form the Polars way: plain texts are left alone, the rest is folded by column."""

from __future__ import annotations

import polars as pl

_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECK_CHARACTERS = "10X98765432"
_CHECKED_TYPES = ("01", "17")


def with_number(rows: pl.LazyFrame) -> pl.LazyFrame:
    """Adds `number`: id_number with width, blanks and case folded and 15 digits upgraded (domain.md, section 3).

    In stages, each over the one before: as one expression, Polars works the digits out seventeen times over.
    """
    plain = pl.col("id_number").str.contains(r"^[0-9]{17}[0-9X]$")
    odd = pl.when(~plain).then(pl.col("id_number"))
    folded = odd.str.normalize("NFKC").str.replace_all(r"\s", "").str.to_uppercase()
    old = pl.when(pl.col("folded").str.contains(r"^[0-9]{15}$")).then(pl.col("folded"))
    body = pl.concat_str([old.str.slice(0, 6), pl.lit("19"), old.str.slice(6)])
    upgraded = pl.when(birth_of(pl.col("body")).is_not_null()).then(pl.concat_str("body", "check"))
    whole = pl.when(pl.col("folded").is_null()).then("id_number").otherwise(pl.coalesce(upgraded, "folded"))
    folded_rows = rows.with_columns(folded.alias("folded")).with_columns(body.alias("body"))
    return _with_check(folded_rows, "body").with_columns(whole.alias("number")).drop("folded", "body", "check")


def tied(rows: pl.LazyFrame) -> pl.LazyFrame:
    """The roster's rows whose canonical number ties anybody: it passes its check, or its document has none."""
    number, id_type = pl.col("number"), pl.col("id_type")
    shaped = number.str.contains(r"^[0-9]{17}[0-9X]$")
    checked = id_type.is_in(_CHECKED_TYPES) | ((id_type == "07") & (number.str.len_chars() == 18))
    right = shaped & (pl.col("check") == number.str.slice(17, 1)) & birth_of(number).is_not_null()
    return _with_check(rows, "number").filter((number != "") & (~checked | right.fill_null(value=False))).drop("check")


def birth_of(number: pl.Expr) -> pl.Expr:
    """The birth date that an 18-character number states."""
    return number.str.slice(6, 8).str.to_date("%Y%m%d", strict=False)


def match_key(name: pl.Expr) -> pl.Expr:
    """The form in which names are compared: width, dots, blanks and capitals folded."""
    plain = name.str.contains(r"^[\x{4e00}-\x{9fff}]+$")
    odd = pl.when(~plain).then(name)
    folded = odd.str.replace_all("[\u200b-\u200d\u2060\ufeff]", "").str.normalize("NFKC").str.to_uppercase()
    dotted = folded.str.replace_all("[\u2022\u2027\u2219\u22c5\u30fb\uff65\uff0e.-]", "·").str.strip_chars()
    joined = dotted.str.replace_all(r"\s*·\s*", "·")
    settled = pl.when(joined.str.contains("[A-Z]")).then(joined.str.replace_all(r"\s+", " "))
    return pl.when(plain).then(name).otherwise(pl.coalesce(settled, joined.str.replace_all(r"\s+", "")))


def _with_check(rows: pl.LazyFrame, number: str) -> pl.LazyFrame:
    """Adds `check`: the character that belongs to the first 17 digits of a column (ISO 7064 MOD 11-2)."""
    digits = pl.col("digits")
    total = pl.sum_horizontal(digits // 10 ** (16 - place) % 10 * weight for place, weight in enumerate(_WEIGHTS))
    characters = pl.lit(_CHECK_CHARACTERS).str.slice(total % 11, 1)
    return (
        rows.with_columns(pl.col(number).str.slice(0, 17).cast(pl.Int64, strict=False).alias("digits"))
        .with_columns(pl.when(digits.is_not_null()).then(characters).alias("check"))
        .drop("digits")
    )
