"""The roots of the audiences."""

from django.urls import include, path

from anling.web import receipts, start

urlpatterns = [
    path("", start.start, name="start"),
    path("language", start.language, name="language"),
    path("notices/receipts", receipts.receipts, name="notice-receipts"),
    path("me/", include("anling.web.recipient.urls")),
    path("outlet/", include("anling.web.outlet.urls")),
    path("unit/", include("anling.web.unit.urls")),
    path("visit/", include("anling.web.visitor.urls")),
    path("province/", include("anling.web.province.urls")),
    path("office/", include("anling.web.officer.urls")),
]
