"""Names, as tests/rules/cases/names.yaml has them, and what holds of any name (domain.md, section 3)."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from opencc import OpenCC

from anling.rules.names import DOTS, Agreement, PersonName, agreement, has_wildcard, match_key
from tests.rules.tables import Case, cases

# letters that fold and capitalise oddly, blanks, dots and Han: what names are made of, and worse
NAME_LIKE = st.text(alphabet="张桂英陳〇々?*AaßŉǰΐﬁＡé\u0301\u0345\u200b\ufffd\ue000 \u3000\u00a0\t.-·•‧∙⋅・･．'´9")


@pytest.mark.parametrize("case", list(cases("names")), ids=lambda case: case.id)
def test_names(case: Case) -> None:
    a, b = PersonName.read(case.facts["a"]), PersonName.read(case.facts["b"])
    assert {"agreement": str(agreement(a, b)), "key_a": a.key, "key_b": b.key} == case.expected


@given(st.text() | NAME_LIKE)
@example("e\u200b\u0301")
@example("A\u00b4 张")
def test_the_match_key_is_final(raw: str) -> None:
    assert match_key(match_key(raw)) == match_key(raw)


@pytest.mark.parametrize("dot", DOTS)
def test_every_dot_folds_to_one(dot: str) -> None:
    assert match_key(f"艾力 {dot}买买提") == "艾力\u00b7买买提"


@given(NAME_LIKE, NAME_LIKE)
def test_agreement_is_symmetric(a: str, b: str) -> None:
    left, right = PersonName.read(a), PersonName.read(b)
    assert agreement(left, right) is agreement(right, left)


@given(st.text(alphabet="张桂英陳國華麗萬", min_size=2, max_size=4), st.data())
def test_a_name_agrees_with_itself_whatever_becomes_illegible(raw: str, data: st.DataObject) -> None:
    at = data.draw(st.integers(0, len(raw) - 1))
    illegible = OpenCC("t2s").convert(raw[:at] + data.draw(st.sampled_from("?〇*？＊\ufffd\ue000")) + raw[at + 1 :])
    assert has_wildcard(match_key(illegible))
    assert agreement(PersonName.read(raw), PersonName.read(illegible)) is Agreement.VARIANT


def test_keys_of_another_name_cannot_be_attached() -> None:
    with pytest.raises(ValueError, match=r"PersonName\.read"):
        PersonName("张三", "李四", "李四")
