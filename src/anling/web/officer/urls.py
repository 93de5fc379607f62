"""Where the officers' pages are (/office)."""

from django.urls import path

from anling.web.officer import clients, helping, home, officers, reveal, system, trail

app_name = "office"
urlpatterns = [
    path("", home.home, name="home"),
    path("permit", home.permit, name="permit"),
    path("system/", system.system, name="system"),
    path("system/jobs/<int:number>/again", system.job_again, name="job-again"),
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
]
