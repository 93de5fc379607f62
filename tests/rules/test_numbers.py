"""Identity numbers, as cases/numbers.yaml has them, and what the check must catch (domain.md, section 3)."""

from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from anling.rules.numbers import (
    IdNumber,
    IdStatus,
    IdType,
    canonical,
    check_character,
    passes_check,
    read_untyped,
)
from tests.rules.tables import Case, cases

CHARACTERS = "0123456789X"


def read(facts: dict[str, Any]) -> IdNumber:
    return IdNumber.read(facts["raw"], IdType(facts["id_type"])) if facts["id_type"] else read_untyped(facts["raw"])


@pytest.mark.parametrize("case", list(cases("numbers")), ids=lambda case: case.id)
def test_number(case: Case) -> None:
    found = read(case.facts)
    assert found.raw == case.facts["raw"]
    assert {name: getattr(found, name) for name in case.expected} == case.expected


@st.composite
def numbers(draw: st.DrawFn) -> str:
    birth = draw(st.dates(date(1850, 1, 1), date(2100, 12, 31)))
    area, order = draw(st.integers(0, 999_999)), draw(st.integers(0, 999))
    first17 = f"{area:06d}{birth:%Y%m%d}{order:03d}"
    return first17 + check_character(first17)


@given(numbers())
def test_every_substitution_is_detected(number: str) -> None:
    wrong = [number[:at] + other + number[at + 1 :] for at in range(18) for other in CHARACTERS if other != number[at]]
    assert passes_check(number)
    assert not any(passes_check(text) for text in wrong)


@given(numbers())
def test_every_adjacent_swap_is_detected(number: str) -> None:
    swapped = {number[:at] + number[at + 1] + number[at] + number[at + 2 :] for at in range(17)} - {number}
    assert not any(passes_check(text) for text in swapped)


@given(numbers().filter(lambda number: number[6:8] == "19"))
def test_fifteen_digits_are_upgraded_to_the_same_number(number: str) -> None:
    found = IdNumber.read(number[:6] + number[8:17])
    assert (found.text, found.status, found.derived) == (number, IdStatus.VALID, True)


@given(st.text() | numbers())
def test_canonical_form_is_final(raw: str) -> None:
    assert canonical(canonical(raw)) == canonical(raw)


@given(numbers(), st.sampled_from([" ", "\t", "\u3000", "\u00a0", "\u200b", "\ufeff"]), st.integers(0, 18))
def test_width_case_and_blanks_do_not_matter(number: str, blank: str, at: int) -> None:
    wide = "".join(chr(ord(character) + 0xFEE0) for character in number.lower())
    assert canonical(wide[:at] + blank + wide[at:]) == number


@given(st.text(), st.sampled_from([None, *IdType]))
def test_any_text_can_be_read_and_its_middle_is_hidden(raw: str, id_type: IdType | None) -> None:
    found = IdNumber.read(raw, id_type) if id_type else read_untyped(raw)
    assert len(found.masked) == len(found.text)
    assert (found.status is IdStatus.EMPTY) == (canonical(raw) == "")
    assert found.masked != found.text or not found.text or "*" in found.text


@pytest.mark.parametrize(("text", "status"), [("", IdStatus.VALID), ("1", IdStatus.EMPTY), ("1", IdStatus.VALID)])
def test_contradictory_numbers_cannot_be_built(text: str, status: IdStatus) -> None:
    with pytest.raises(ValueError, match="identity number"):
        IdNumber(text, text, IdType.RESIDENT, status)
