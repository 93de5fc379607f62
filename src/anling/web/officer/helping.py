"""One help page per screen: its own text in the reader's language, and how lists work."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.template import TemplateDoesNotExist
from django.template.loader import get_template
from django.urls import NoReverseMatch, reverse
from django.utils.translation import get_language, gettext

from anling.access.pages import allow
from anling.web.officer.navigation import screen_of

LANGUAGES = ("zh-hans", "en")


@allow()
def help_page(request: HttpRequest, page: str) -> HttpResponse:
    """The help for a screen by its URL name; its own text lies in templates/officer/help, by language."""
    screen = screen_of(page)
    if screen is None:
        raise Http404(gettext("There is no such screen."))
    try:
        back = reverse(f"office:{screen.name}")
    except NoReverseMatch:
        raise Http404(gettext("There is no such screen.")) from None
    language = get_language() or LANGUAGES[0]
    own = next((name for name in (page, screen.name) if _exists(text_of(name, language))), None)
    values = {"screen": screen, "back": back, "own": text_of(own, language) if own else None}
    return render(request, "officer/help/general.html", values)


def text_of(screen: str, language: str) -> str:
    """The template of a screen's own text."""
    return f"officer/help/{language}/{screen}.html"


def _exists(template: str) -> bool:
    try:
        get_template(template)
    except TemplateDoesNotExist:
        return False
    return True
