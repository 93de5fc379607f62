"""Addresses below /me."""

from django.urls import path

from anling.web.recipient import appeals, languages, start, wechat

app_name = "me"
urlpatterns = [
    path("", start.start, name="start"),
    path("places", start.places, name="places"),
    path("stopped", start.stopped, name="stopped"),
    path("appeal", appeals.appeal, name="appeal"),
    path("language", languages.language, name="language"),
    path("wechat/back", wechat.back, name="wechat-back"),
    path("wechat/<str:token>", wechat.consent, name="wechat"),
    path("wechat/<str:token>/ask", wechat.ask, name="wechat-ask"),
    path("wechat/<str:token>/stop", wechat.stop, name="wechat-stop"),
    path("appeal/<str:reference>", appeals.told, name="appeal-told"),
]
