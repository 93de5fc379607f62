"""The roots (contracts of pages.md): each audience has its own."""

from typing import NoReturn

from django.http import Http404, HttpRequest
from django.urls import include, path, re_path

from anling.access.pages import open_to_all
from anling.site.health import failed, healthz, metrics

handler500 = failed


@open_to_all
def _nothing(request: HttpRequest) -> NoReturn:
    """Nobody has an address for mail: a forgotten password is set anew by the security administrator."""
    del request
    raise Http404


urlpatterns = [
    path("", include("anling.web.urls")),
    re_path(r"^account/password/reset/", _nothing, name="no_reset_by_mail"),
    path("account/", include("allauth.account.urls")),
    path("account/mfa/", include("allauth.mfa.urls")),
    path("account/sessions/", include("allauth.usersessions.urls")),
    path("api/v1/", include("anling.api.urls")),
    path("healthz", healthz),
    path("metrics", metrics),
]
