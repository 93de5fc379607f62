"""Addresses below /visit."""

from django.urls import path

from anling.web.visitor import start

app_name = "visit"
urlpatterns = [path("", start.start, name="start")]
