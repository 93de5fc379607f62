"""Where the officers' pages are (/office)."""

from django.urls import path

from anling.web.officer import helping, home

app_name = "office"
urlpatterns = [
    path("", home.home, name="home"),
    path("permit", home.permit, name="permit"),
    path("help/<slug:page>", helping.help_page, name="help"),
]
