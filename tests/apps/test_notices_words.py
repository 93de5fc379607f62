"""What people read: plain words, filled with what concerns them, the same in every language (N-A3)."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from django.utils.translation import gettext, override

from anling.notices.models import Kind
from anling.notices.slots import again_after, next_open, quiet
from anling.notices.words import HOTLINE, LANGUAGES, Template, ValueType, choose, templates
from anling.policy import load

EXAMPLES = {
    ValueType.LAST_DAY: "2026-07", ValueType.MONTH: "2026-08", ValueType.DAY: "2026-07-03", ValueType.MONEY: "1234.5",
    ValueType.TEXT: "the court has decided.", ValueType.CAUSE: "detained",
    ValueType.OUTCOME: "upheld",
}  # fmt: skip
RULE = load().notice_rule(datetime(2026, 7, 1, tzinfo=UTC).date())


def _example(template: Template) -> dict[str, str]:
    return {**{name: EXAMPLES[kind] for name, kind in template.values.items()}, HOTLINE: "12333"}


@pytest.mark.parametrize("name", sorted(templates()))
def test_every_notice_says_what_happens_what_to_do_and_whom_to_call(name: str) -> None:
    template = templates()[name]
    said = template.say(_example(template))
    whole = "".join((said.message, said.title, *said.fields.values(), *(each.text for each in said.letter)))
    assert "{" not in whole
    assert "12333" in said.message
    assert "12333" in said.letter[-1].text
    assert not re.search(r"[0-9]{15}", whole)
    assert 3 <= len(said.letter) <= 5
    assert len(said.message) <= (140 if template.language == "zh-hans" else 340)


def test_every_language_has_words_for_every_kind_and_scheme() -> None:
    shapes = {language: {(t.kind, t.scheme, tuple(t.values.items())) for t in templates().values()
                         if t.language == language} for language in LANGUAGES}  # fmt: skip
    assert shapes["zh-hans"] == shapes["en"]
    assert {kind for kind, _, _ in shapes["en"]} == set(Kind.values)


@pytest.mark.parametrize(("language", "quoted"), [("zh-hans", "“([^”]+)”那一页"), ("en", "on the page '([^']+)'")])
def test_a_page_that_a_letter_names_is_called_so_on_the_first_page_of_recipients(language: str, quoted: str) -> None:
    text = "".join(each.text for t in templates().values() if t.language == language for each in t.words.letter)
    named = set(re.findall(quoted, text))
    with override(language):
        assert named == {gettext("My pension did not arrive")}


def test_months_days_and_money_are_said_as_people_say_them() -> None:
    values = {"stop": "2026-03", "resume": "2026-08", "arrears": "1234.5", HOTLINE: "12333"}
    chinese = choose("apology", "resident", "zh-hans", frozenset({"stop", "resume", "arrears"})).say(values)
    english = choose("apology", "resident", "en", frozenset({"stop", "resume", "arrears"})).say(values)
    assert "从2026年3月起停了您的养老金" in chinese.message
    assert "1,234.50元" in chinese.message
    assert "from March 2026" in english.message
    assert "1,234.50 yuan" in english.message


@pytest.mark.parametrize("wrong", [{"until": "31.7.2026"}, {"until": ""}, {}])
def test_a_value_that_has_not_its_shape_is_refused(wrong: dict[str, str]) -> None:
    template = choose("result", "resident", "zh-hans", frozenset({"until"}))
    with pytest.raises(ValueError, match="month"):
        template.say(wrong)


@pytest.mark.parametrize(
    ("utc", "opens"),
    [("2026-07-01T12:00", "2026-07-02T00:00"), ("2026-07-01T23:59", "2026-07-02T00:00"),
     ("2026-07-02T00:00", "2026-07-02T00:00"), ("2026-07-01T11:59", "2026-07-01T11:59")],
)  # fmt: skip
def test_telephones_are_left_alone_from_eight_in_the_evening_to_eight_in_the_morning(utc: str, opens: str) -> None:
    at, expected = (datetime.fromisoformat(text).replace(tzinfo=UTC) for text in (utc, opens))
    assert next_open(RULE, at) == expected
    assert quiet(RULE, at) == (at != expected)


def test_each_wait_is_twice_the_one_before() -> None:
    noon = datetime(2026, 7, 1, 4, 0, tzinfo=UTC)
    waits = [again_after(RULE, tries, noon) - noon for tries in (1, 2, 3)]
    assert waits == [timedelta(minutes=5), timedelta(minutes=10), timedelta(minutes=20)]
