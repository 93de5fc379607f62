"""The roots of the audiences."""

from django.urls import path

from anling.web import start

urlpatterns = [
    path("", start.start, name="start"),
]
