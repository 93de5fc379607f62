"""Pages that show people: clerks and reviewers open them at once, supervisors say first why (platform.md)."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django import forms
from django.contrib.sessions.backends.base import SessionBase
from django.http import Http404, HttpResponse, HttpResponseBase, HttpResponseRedirect, QueryDict
from django.shortcuts import redirect, render
from django.urls import Resolver404, ResolverMatch, resolve, reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme, urlencode
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache

from anling.access.errors import AccessError
from anling.access.pages import OfficerRequest, View, allow, here_of
from anling.access.permissions import may_here
from anling.access.revealing import LONGEST
from anling.access.roles import Act
from anling.audit.scope import current
from anling.roster.queries import text_told
from anling.web.officer import sought
from anling.web.officer.drill_downs import LASTS, DrillDowns, Looked
from anling.web.officer.navigation import screen_of
from anling.web.officer.words.trail_words import fact, value

_HOW_SHOWN = ("page", "sort")
"""Parameters that say how people are shown, not which; another page of a list asks for no other reason."""


def people_behind(*acts: Act, one: bool = False) -> Callable[[View], View]:
    """The page shows people: for officers who may do one of the acts there, and for supervisors once they said why.

    one: it shows a single object, which the drill-down opens through which it is reached; that is recorded too.
    """

    def declared(view: View) -> View:
        @wraps(view)
        def guarded(request: OfficerRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            if sought.is_number(request.GET.get("text", "")):
                return redirect(f"{request.path}?{sought.addressed(request.GET.dict(), request.session)}")
            if not any(may_here(request.actor, act, here_of(request)) for act in acts):
                now, looked = timezone.now(), _looked(request.resolver_match, request.GET, request.session, one=one)
                drill_downs = DrillDowns(request.session, now)
                if not drill_downs.opens(looked):
                    return redirect(f"{reverse('office:why')}?{urlencode({'next': request.get_full_path()})}")
                if one:
                    drill_downs.see_one(looked, by=request.actor)
            return view(request, *args, **kwargs)

        guarded.asks_why = "one" if one else "list"  # type: ignore[attr-defined]
        return allow(*acts, Act.LOOK_BEHIND)(guarded)

    return declared


class WhyForm(forms.Form):
    """What the people are needed for."""

    reason = forms.CharField(
        label=_("What do you need it for? It is recorded."), max_length=LONGEST, required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )  # fmt: skip


@allow(Act.LOOK_BEHIND)
@never_cache
def why(request: OfficerRequest) -> HttpResponse:
    """Ask what the people behind a figure are needed for, record it, and lead on to them."""
    to = request.GET.get("next", "")
    looked = _asked_for(to, request)
    form, status = WhyForm(request.POST or None), 200
    if request.method == "POST" and form.is_valid():
        try:
            DrillDowns(request.session, timezone.now()).add(
                looked, reason=form.cleaned_data["reason"], by=request.actor
            )  # fmt: skip
        except AccessError as error:
            form.add_error(error.field or None, str(error))
            status = 422
        else:
            return HttpResponseRedirect(to)
    screen = screen_of(looked.page)
    values = {
        "form": form, "screen": screen, "region": current().prefix, "minutes": int(LASTS.total_seconds()) // 60,
        "filters": {fact(name): value(looked.page, name, said) for name, said in looked.filters.items()},
    }  # fmt: skip
    return render(request, "officer/people/why.html", values, status=status)


def _asked_for(address: str, request: OfficerRequest) -> Looked:
    """What an address would show. Raises Http404 unless it is one of ours that shows people."""
    if not url_has_allowed_host_and_scheme(address, {request.get_host()}) or not address.startswith("/"):
        raise Http404(gettext("There is no such page."))
    path, _mark, query = address.partition("?")
    try:
        match = resolve(path)
    except Resolver404 as error:
        raise Http404(gettext("There is no such page.")) from error
    asks = getattr(match.func, "asks_why", "")
    if not asks:
        raise Http404(gettext("There is no such page."))
    return _looked(match, QueryDict(query), request.session, one=asks == "one")


def _looked(match: ResolverMatch | None, asked: QueryDict, session: SessionBase, *, one: bool) -> Looked:
    filters = {name: str(value) for name, value in asked.items() if value and name not in _HOW_SHOWN}
    key, text = filters.get(sought.PARAMETER, ""), filters.get("text", "")
    if key or text:
        filters["text"] = text_told(sought.number_of(key, session) if key else text)
    keys = match.kwargs if match else {}
    name = (match.url_name if match else "") or ""
    return Looked(name, {**filters, **{each: str(value) for each, value in keys.items()}}, one)
