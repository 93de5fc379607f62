"""Every screen has a help text of its own, in both languages."""

import pytest
from django.template.loader import get_template
from playwright.sync_api import Page, expect

import tests.support.platform  # noqa: F401  # sets Django up
from anling.web.officer.helping import LANGUAGES, text_of
from anling.web.officer.navigation import SCREENS
from tests.support.browser import inspect, sign_in

NAMES = [screen.name for group in SCREENS for screen in group.screens]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("screen", NAMES)
def test_every_screen_says_what_is_done_there_and_what_can_go_wrong(screen: str, language: str) -> None:
    text = get_template(text_of(screen, language)).render()
    heads = {"zh-hans": ("怎么做", "可能遇到的问题"), "en": ("What you do here", "What can go wrong")}[language]
    assert all(head in text for head in heads)
    assert text.count("<li>") >= 3


@pytest.mark.usefixtures("officers")
@pytest.mark.parametrize(
    ("language", "heads"),
    [("zh-hans", ["怎么做", "可能遇到的问题"]), ("en", ["What you do here", "What can go wrong"])],
)
def test_the_help_of_every_screen_opens_in_the_language_of_its_reader(
    page: Page, language: str, heads: list[str]
) -> None:
    sign_in(page, "clerk")
    page.goto("/office/")
    if language == "zh-hans":
        page.get_by_role("button", name="中文").click()
    for name in NAMES:
        page.goto(f"/office/help/{name}")
        expect(page.locator("html")).to_have_attribute("lang", language)
        said = page.locator("main h2").all_inner_texts()
        assert set(heads) <= set(said), (name, said)
        inspect(page, f"help-{name}-{language}")


@pytest.mark.usefixtures("officers")
def test_the_help_of_a_screen_is_one_click_away_and_leads_back(page: Page) -> None:
    sign_in(page, "clerk")
    page.goto("/office/payruns")
    page.get_by_role("link", name="Help").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Help: Pay runs")
    expect(page.locator("main")).to_contain_text("After the cut-off, draft the month")
    inspect(page, "help-payruns")
    page.get_by_role("link", name="Back to the screen").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Pay runs")
