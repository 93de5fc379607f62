"""A link for a recipient who wants messages by WeChat: made by an officer who knows whom they have before them."""

from __future__ import annotations

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from anling.access.pages import OfficerRequest, allow
from anling.access.roles import Act
from anling.notices.consenting import invite, invited
from anling.notices.errors import NotThereError


@allow(Act.CORRECT)
@require_POST
def wechat_link(request: OfficerRequest, key: int) -> HttpResponse:
    """The link, to be shown to the person whom it is for."""
    at = timezone.now()
    try:
        token = invite(benefit=key, by=request.actor, at=at)
    except NotThereError:
        raise Http404 from None
    values = {
        "link": request.build_absolute_uri(reverse("me:wechat", args=[token])), "invited": invited(token=token, at=at),
    }  # fmt: skip
    return render(request, "officer/notices/wechat_link.html", values)
