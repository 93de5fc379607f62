"""The roots of the audiences."""

from django.urls import include, path

from anling.web import start

urlpatterns = [
    path("", start.start, name="start"),
    path("language", start.language, name="language"),
    path("office/", include("anling.web.officer.urls")),
]
