"""The first page: where to go from here."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from anling.access.pages import open_to_all


@open_to_all
def start(request: HttpRequest) -> HttpResponse:
    """Whoever comes sees the way to their own pages."""
    return render(request, "start.html")
