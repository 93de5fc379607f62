"""Where the officers' pages are (/office)."""

from django.urls import path

from anling.web.officer import helping, home, places, system

app_name = "office"
urlpatterns = [
    path("", home.home, name="home"),
    path("permit", home.permit, name="permit"),
    path("system/", system.system, name="system"),
    path("system/jobs/<int:number>/again", system.job_again, name="job-again"),
    path("places/", places.regions, name="places"),
    path("places/units/", places.units, name="units"),
    path("places/units/add", places.unit, name="unit-add"),
    path("places/units/edit", places.unit, name="unit"),
    path("places/outlets/", places.outlets, name="outlets"),
    path("places/outlets/directory.csv", places.directory, name="outlets-export"),
    path("places/outlets/add", places.outlet, name="outlet-add"),
    path("places/outlets/edit", places.outlet, name="outlet"),
    path("help/<slug:page>", helping.help_page, name="help"),
]
