"""Reading a masked field in clear: the reason first, then the value, once, on this answer alone."""

from __future__ import annotations

from django import forms
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from anling.access.errors import AccessError, NotThereError
from anling.access.pages import OfficerRequest, allow
from anling.access.revealing import LONGEST
from anling.access.revealing import reveal as operation
from anling.access.roles import Act


class RevealForm(forms.Form):
    """Why the value is needed."""

    reason = forms.CharField(label=_("Why do you need it? It is recorded."), max_length=LONGEST, required=False)


@allow(Act.REVEAL)
@never_cache
def reveal_form(request: OfficerRequest, object_type: str, key: str, field: str) -> HttpResponse:
    """The form that stands in the place of the mask; HTMX puts it there."""
    return _form(request, RevealForm(), object_type, key, field)


@allow(Act.REVEAL)
@require_POST
@never_cache
def reveal(request: OfficerRequest, object_type: str, key: str, field: str) -> HttpResponse:
    """The clear value in the place of the mask; the next look at the page is masked again."""
    form = RevealForm(request.POST)
    if form.is_valid():
        try:
            value = operation(
                object_type=object_type, key=key, field=field, reason=form.cleaned_data["reason"], by=request.actor,
                at=timezone.now(),
            )  # fmt: skip
        except NotThereError as error:
            raise Http404(str(error)) from error
        except AccessError as error:
            form.add_error(error.field or None, str(error))
        else:
            return render(request, "officer/reveal/value.html", {"value": value})
    return _form(request, form, object_type, key, field)


def _form(request: OfficerRequest, form: RevealForm, object_type: str, key: str, field: str) -> HttpResponse:
    what = {"object_type": object_type, "key": key, "field": field}
    return render(request, "officer/reveal/form.html", {"form": form, **what})
