"""One help page per screen: its own text where there is one, else what the screen is for and how lists work."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.template import TemplateDoesNotExist
from django.template.loader import get_template
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext

from anling.access.pages import allow
from anling.web.officer.navigation import screen_of


@allow()
def help_page(request: HttpRequest, page: str) -> HttpResponse:
    """The help for a screen by its URL name; templates/officer/help/<name>.html says what is particular to it."""
    screen = screen_of(page)
    if screen is None:
        raise Http404(gettext("There is no such screen."))
    try:
        back = reverse(f"office:{screen.name}")
    except NoReverseMatch:
        raise Http404(gettext("There is no such screen.")) from None
    own = next((name for name in (page, screen.name) if _exists(f"officer/help/{name}.html")), "general")
    return render(request, f"officer/help/{own}.html", {"screen": screen, "back": back})


def _exists(template: str) -> bool:
    try:
        get_template(template)
    except TemplateDoesNotExist:
        return False
    return True
