"""Where the officers' pages are (/office)."""

from django.urls import path

from anling.web.officer import clients, feed_upload, feeds, helping, home, lists, officers, reveal, runs, system, trail

app_name = "office"
urlpatterns = [
    path("", home.home, name="home"),
    path("permit", home.permit, name="permit"),
    path("system/", system.system, name="system"),
    path("system/jobs/<int:number>/again", system.job_again, name="job-again"),
    path("feeds", feeds.catalogue, name="feeds"),
    path("feeds/upload", feed_upload.feed_upload, name="feed_upload"),
    path("feeds/batches/<int:key>", feeds.batch, name="batch"),
    path("feeds/batches/<int:key>/progress", feeds.batch_progress, name="batch_progress"),
    path("feeds/batches/<int:key>/quarantine", feeds.batch_quarantine, name="batch_quarantine"),
    path("feeds/<slug:code>", feeds.feed, name="feed"),
    path("help/<slug:page>", helping.help_page, name="help"),
    path("trail", trail.trail, name="trail"),
    path("trail/<int:key>", trail.trail_entry, name="trail_entry"),
    path("trail/state", trail.trail_state, name="trail_state"),
    path("trail/verify", trail.trail_verify, name="trail_verify"),
    path("trail/export", trail.trail_export, name="trail_export"),
    path("officers", officers.officers, name="officers"),
    path("officers/add", officers.officer_add, name="officer_add"),
    path("officers/<int:key>", officers.officer, name="officer"),
    path("clients", clients.clients, name="clients"),
    path("clients/add", clients.client_add, name="client_add"),
    path("clients/<int:key>", clients.client, name="client"),
    path("reveal/<slug:object_type>/<str:key>/<slug:field>/why", reveal.reveal_form, name="reveal_form"),
    path("reveal/<slug:object_type>/<str:key>/<slug:field>", reveal.reveal, name="reveal"),
    path("lists", lists.lists, name="lists"),
    path("lists/people", lists.people, name="list_people"),
    path("lists/export", lists.export, name="list_export"),
    path("runs", runs.runs, name="runs"),
    path("runs/start", runs.start, name="run_start"),
    path("runs/compare", runs.compare, name="run_compare"),
    path("runs/compare/people", runs.moved, name="run_moved"),
    path("runs/<int:number>", runs.run, name="run"),
    path("runs/<int:number>/progress", runs.progress, name="run_progress"),
    path("runs/<int:number>/cancel", runs.cancel, name="run_cancel"),
    path("runs/<int:number>/replay", runs.replay, name="run_replay"),
    path("runs/<int:number>/report", runs.report, name="run_report"),
]
