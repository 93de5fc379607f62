"""Below /api/v1/."""

from django.urls import path, re_path

from anling.api import docs, root, tokens

app_name = "api"
urlpatterns = [
    path("docs", docs.page, name="docs"),
    path("openapi.json", docs.openapi, name="openapi"),
    path("oauth/token", tokens.token, name="token"),
    *root.routes(),
    re_path(r"^", docs.nothing_here, name="nothing"),
]
