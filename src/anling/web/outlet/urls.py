"""Addresses below /outlet."""

from django.urls import path

from anling.web.outlet import start

app_name = "outlet"
urlpatterns = [path("", start.start, name="start")]
