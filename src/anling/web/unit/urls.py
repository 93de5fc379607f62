"""Addresses below /unit."""

from django.urls import path

from anling.web.unit import start

app_name = "unit"
urlpatterns = [path("", start.start, name="start")]
