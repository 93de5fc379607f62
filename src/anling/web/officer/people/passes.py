"""A pass that turns out to be none: revoked with a reason, after a look at what that does to the clock."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from anling.access.pages import OfficerRequest, allow
from anling.access.roles import Act
from anling.comparison.queries.decisions import policy_in_force
from anling.passes import clocks, operations
from anling.passes.errors import PassError


class RevokeForm(forms.Form):
    """Why a pass does not count."""

    reason = forms.CharField(
        label=_("Reason"), help_text=_("Why this pass is none, and on what that rests."), max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
    )  # fmt: skip


@allow(Act.REVOKE_PASS)
def revoke(request: OfficerRequest, key: int) -> HttpResponse:
    """What revoking a pass would do to each clock, and the revocation."""
    found = clocks.pass_by_key(key)
    if found is None:
        raise Http404
    now, form = timezone.now(), RevokeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            operations.revoke_pass(made=key, reason=form.cleaned_data["reason"], by=request.actor, at=now)
        except PassError as error:
            form.add_error("reason", str(error))
        else:
            messages.success(request, gettext("The pass is revoked; it stays on record with the reason."))
            return redirect("office:person", found.covers.all()[0].benefit.person_id)
    values: dict[str, Any] = {"made": found, "form": form}
    policy, today = policy_in_force(), timezone.localdate(now)
    benefits = [cover.benefit for cover in found.covers.all()]
    before = clocks.stands(benefits, policy, on=today, cutoff=now)
    after = clocks.stands(benefits, policy, on=today, cutoff=now, without=key)
    values["changes"] = [
        {"benefit": benefit, "before": one.clock, "after": other.clock}
        for benefit, one, other in zip(benefits, before, after, strict=True)
    ]
    return render(request, "officer/people/revoke_pass.html", values)
