"""Addresses below /me."""

from django.urls import path

from anling.web.recipient import appeals

app_name = "me"
urlpatterns = [
    path("appeal", appeals.appeal, name="appeal"),
    path("appeal/<str:reference>", appeals.told, name="appeal-told"),
]
