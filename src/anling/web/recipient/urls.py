"""Addresses below /me."""

from django.urls import path

from anling.web.recipient import appeals, start

app_name = "me"
urlpatterns = [
    path("", start.start, name="start"),
    path("places", start.places, name="places"),
    path("stopped", start.stopped, name="stopped"),
    path("appeal", appeals.appeal, name="appeal"),
    path("appeal/<str:reference>", appeals.told, name="appeal-told"),
]
