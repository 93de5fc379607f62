"""The language that an officer has chosen, wherever they sign in; for strangers the cookie and the browser decide."""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import translation

from anling.access.models import Officer


class LanguageMiddleware:
    """Says everything in the officer's language, where one was chosen; after Django's own, which asks the browser."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer in the language of the officer."""
        if isinstance(request.user, Officer) and request.user.language in dict(settings.LANGUAGES):
            translation.activate(request.user.language)
            request.LANGUAGE_CODE = request.user.language
        return self._get_response(request)
