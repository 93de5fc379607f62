"""The roots (contracts of pages.md): each audience has its own."""

from django.urls import include, path

from anling.site.health import healthz, metrics

urlpatterns = [
    path("", include("anling.web.urls")),
    path("account/", include("allauth.account.urls")),
    path("account/mfa/", include("allauth.mfa.urls")),
    path("account/sessions/", include("allauth.usersessions.urls")),
    path("api/v1/", include("anling.api.urls")),
    path("healthz", healthz),
    path("metrics", metrics),
]
