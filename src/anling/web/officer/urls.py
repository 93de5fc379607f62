"""Where the officers' pages are (/office)."""

from django.urls import path

from anling.web.officer import cleanup, helping, home, imports, people, system

app_name = "office"
urlpatterns = [
    path("", home.home, name="home"),
    path("permit", home.permit, name="permit"),
    path("system/", system.system, name="system"),
    path("system/jobs/<int:number>/again", system.job_again, name="job-again"),
    path("people/", people.people, name="people"),
    path("people/export", people.export, name="person-export"),
    path("people/<int:key>", people.person, name="person"),
    path("imports/", imports.imports, name="imports"),
    path("imports/<int:key>", imports.one, name="import"),
    path("imports/<int:key>/progress", imports.progress, name="import-progress"),
    path("imports/<int:key>/apply", imports.apply, name="import-apply"),
    path("imports/<int:key>/discard", imports.discard, name="import-discard"),
    path("imports/<int:key>/<slug:name>.csv", imports.download, name="import-download"),
    path("cleanup/", cleanup.queue, name="cleanup"),
    path("cleanup/<int:key>", cleanup.finding, name="cleanup-finding"),
    path("help/<slug:page>", helping.help_page, name="help"),
]
