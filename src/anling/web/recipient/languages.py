"""Choose the language of letters and messages (/me/language); whoever asks is not told who is on the roster."""

from __future__ import annotations

from django import forms
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache

from anling.access.pages import open_to_all
from anling.roster.languages import choose_own_language
from anling.web.recipient.limits import allowed, too_many

ASKED_AN_HOUR = 5


class LanguageForm(forms.Form):
    """Who writes, and what they read."""

    language = forms.ChoiceField(
        label=_("Language of letters and messages"), choices=settings.LANGUAGES, widget=forms.RadioSelect
    )
    number = forms.CharField(label=_("Identity number"), min_length=6, max_length=30)
    name = forms.CharField(label=_("Name"), max_length=50)


@open_to_all
@never_cache
def language(request: HttpRequest) -> HttpResponse:
    """The form, and the same answer for everybody."""
    form, status = LanguageForm(request.POST or None), 200
    if request.method == "POST":
        if not allowed(request, "language", ASKED_AN_HOUR, timezone.now()):
            form.add_error(None, too_many())
            status = 429
        elif form.is_valid():
            choose_own_language(**form.cleaned_data, at=timezone.now())
            return render(request, "recipient/language_chosen.html", {"language": form.cleaned_data["language"]})
        else:
            status = 422
    return render(request, "recipient/language.html", {"form": form}, status=status)
