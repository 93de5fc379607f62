"""What Spark calls the functions of the dialect (matching.steps.DIALECT): macros over the text of a step."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

_EPOCH = "DATE'1970-01-01'"
_POS_BITS = 32


@dataclass(frozen=True, slots=True)
class Macro:
    """A function as an expression over its arguments, which stand in braces by their place: {0}, {1}."""

    takes: int
    gives: str


MACROS: Mapping[str, Macro] = {
    "starts_with": Macro(2, "startswith({0}, {1})"),
    "month_start": Macro(
        1, f"datediff(make_date(CAST(({{0}}) DIV 12 AS INT), CAST(({{0}}) % 12 + 1 AS INT), 1), {_EPOCH})"
    ),
    "year_later": Macro(1, f"datediff(add_months(date_from_unix_date({{0}}), 12), {_EPOCH})"),
    "record_at": Macro(2, f"(shiftleft(CAST({{0}} AS BIGINT), {_POS_BITS}) | {{1}})"),
    "mark_of_day": Macro(1, "(({0}) * 256)"),
    "mark_day": Macro(1, "shiftright({0}, 8)"),
    "mark_kind": Macro(1, "(shiftright({0}, 2) & 63)"),
    "mark_day_kind": Macro(1, "shiftright({0}, 2)"),
    "day_kind": Macro(2, "(({0}) * 64 + ({1}))"),
    "day_of_day_kind": Macro(1, "shiftright({0}, 6)"),
    "mark_grade": Macro(1, "(({0}) & 3)"),
    "kind_bit": Macro(1, "shiftleft(1L, {0})"),
    "name_agreement": Macro(2, "agreement_of(coalesce({0}, ''), coalesce({1}, ''))"),
    "has_wildcard": Macro(1, "has_wildcard_in(coalesce({0}, ''))"),
    "simplified_hash": Macro(1, "simplified_hash_of(coalesce({0}, ''))"),
    "one_slip": Macro(
        2,
        "(length({0}) = length({1}) AND {0} <> {1} AND CASE"
        " WHEN levenshtein({0}, {1}) = 1 THEN TRUE"
        " ELSE exists(sequence(1, greatest(length({0}) - 1, 1)), i ->"
        " {1} = concat(left({0}, i - 1), substr({0}, i + 1, 1), substr({0}, i, 1), substr({0}, i + 2))) END)",
    ),
}

_HEAD = re.compile(r"^--.*\n", re.MULTILINE)
_CALL = re.compile(rf"\b({'|'.join(MACROS)})\(")


def in_spark(sql: str) -> str:
    """A step's text with every function of the dialect written out, and without its comments."""
    text = _HEAD.sub("", sql)
    while (call := _CALL.search(text)) is not None:
        arguments, end = _arguments(text, call.end())
        macro = MACROS[call[1]]
        if len(arguments) != macro.takes:
            raise ValueError(f"{call[1]} takes {macro.takes} arguments, not {len(arguments)}")
        text = text[: call.start()] + macro.gives.format(*arguments) + text[end:]
    return text


def _arguments(text: str, begin: int) -> tuple[list[str], int]:
    """The arguments of a call whose parenthesis opens before `begin`, and where the text goes on after it."""
    depth, found, last = 0, [], begin
    for place in range(begin, len(text)):
        sign = text[place]
        if depth == 0 and sign in ",)":
            found.append(text[last:place].strip())
            last = place + 1
            if sign == ")":
                return found, last
        depth += (sign == "(") - (sign == ")")
    raise ValueError("a parenthesis is not closed")
