"""Addresses below /province."""

from django.urls import path

from anling.web.province import start

app_name = "province"
urlpatterns = [path("", start.start, name="start"), path("cities.csv", start.export, name="export")]
