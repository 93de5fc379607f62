"""Every address says who may ask for it; templates keep what the security policy and the design ask of all of them."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import tests.support.platform  # noqa: F401  # sets Django up
from anling.access.pages import ANYBODY, SIGNED_IN
from anling.access.roles import Act
from anling.web.officer.navigation import SCREENS

TEMPLATES = Path(__file__).parents[2] / "src" / "anling" / "web" / "templates"
ICONS = set((TEMPLATES.parent / "icons.txt").read_text(encoding="utf-8").split())
ASK_THEMSELVES = ("allauth", "ninja", "oauth2_provider")
"""Libraries whose views ask for a sign-in or a token by their own rules, which their own tests hold to."""

PAGES = sorted(TEMPLATES.rglob("*.html"))
INLINE = re.compile(r"<style|\sstyle=|\son[a-z]+=|javascript:|hx-on|<script(?![^>]*(?:\ssrc=|application/json))")


def _views(patterns: list[Any], above: str = "") -> Iterator[tuple[str, Any]]:
    for pattern in patterns:
        address = f"{above}{pattern.pattern}"
        if hasattr(pattern, "url_patterns"):
            yield from _views(pattern.url_patterns, address)
        else:
            yield address, pattern.callback


def _ours() -> dict[str, Any]:
    from django.urls import get_resolver

    found = dict(_views(get_resolver().url_patterns))
    return {a: v for a, v in found.items() if not v.__module__.startswith(ASK_THEMSELVES)}


def test_every_address_declares_who_may_call_it() -> None:
    views = _ours()
    assert {"", "office/", "healthz"} <= views.keys()
    silent = [address for address, view in views.items() if not hasattr(view, "allowed")]
    assert silent == []


def test_what_is_declared_is_an_act_or_a_word_for_all() -> None:
    for address, view in _ours().items():
        declared = view.allowed
        assert declared in (ANYBODY, SIGNED_IN, "clients") or all(isinstance(act, Act) for act in declared), address


def test_only_named_addresses_are_open_to_all() -> None:
    opened = {address for address, view in _ours().items() if view.allowed == ANYBODY}
    api = {f"api/v1/{page}" for page in ("docs", "openapi.json", "^")}
    # A recipient has no account: these take a person's own words, and show nobody else's.
    recipients = {"me/", "me/places", "me/stopped", "me/appeal", "me/appeal/<str:reference>", "notices/receipts"}
    recipients.add("me/language")
    invited = "me/wechat/<str:token>"  # whom an officer gave a link, and who types what only that person knows
    recipients |= {invited, f"{invited}/ask", f"{invited}/stop", "me/wechat/back"}
    assert opened == {"", "language", "healthz", "metrics", "^account/password/reset/", *api, *recipients}


def test_the_navigation_names_each_screen_once_with_an_icon_that_exists() -> None:
    screens = [screen for group in SCREENS for screen in group.screens]
    assert len({screen.name for screen in screens}) == len(screens)
    assert {screen.icon for screen in screens} <= ICONS


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.relative_to(TEMPLATES).as_posix())
def test_a_template_has_no_inline_script_or_style(path: Path) -> None:
    assert INLINE.findall(path.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.relative_to(TEMPLATES).as_posix())
def test_an_officers_page_has_a_title_and_leaves_the_heading_to_the_frame(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    if '{% extends "officer/base.html" %}' in text:
        assert "{% block title %}" in text
        assert "<h1" not in text
    assert set(re.findall(r'parts/icon.html" with name="([a-z-]+)"', text)) <= ICONS
