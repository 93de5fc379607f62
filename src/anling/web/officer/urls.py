"""Where the officers' pages are (/office)."""

from django.urls import path

from anling.web.officer import feed_upload, feeds, helping, home, places, system

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
    path("feeds", feeds.catalogue, name="feeds"),
    path("feeds/upload", feed_upload.feed_upload, name="feed_upload"),
    path("feeds/batches/<int:key>", feeds.batch, name="batch"),
    path("feeds/batches/<int:key>/progress", feeds.batch_progress, name="batch_progress"),
    path("feeds/batches/<int:key>/quarantine", feeds.batch_quarantine, name="batch_quarantine"),
    path("feeds/<slug:code>", feeds.feed, name="feed"),
    path("help/<slug:page>", helping.help_page, name="help"),
]
