"""In which language a person is written to, as an officer sets it for whoever asks at a counter."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.http import require_POST

from anling.access.pages import OfficerRequest, allow
from anling.access.roles import Act
from anling.roster.errors import RosterError
from anling.roster.languages import choose_language


@allow(Act.CORRECT)
@require_POST
def person_language(request: OfficerRequest, key: int) -> HttpResponse:
    """Set it, and back to the person."""
    asked = request.POST.get("language", "")
    try:
        choose_language(person=key, language=asked, by=request.actor, at=timezone.now())
    except RosterError:
        raise Http404 from None
    messages.success(request, gettext("From now on notices are written in the language that was chosen."))
    return redirect("office:person", key)
