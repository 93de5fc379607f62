"""Where the officers' pages are (/office)."""

from django.urls import path

from anling.web.officer import helping, home, system

app_name = "office"
urlpatterns = [
    path("", home.home, name="home"),
    path("permit", home.permit, name="permit"),
    path("system/", system.system, name="system"),
    path("system/jobs/<int:number>/again", system.job_again, name="job-again"),
    path("help/<slug:page>", helping.help_page, name="help"),
]
