"""Pay statuses that the roster file holds otherwise: both sides, which of them holds, and undoing that."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from anling.access.pages import OfficerRequest, allow
from anling.access.roles import Act
from anling.payment.effects.whose import decided_here, reopen_pay_status, settle_pay_status, settle_pay_statuses
from anling.payment.errors import PaymentError
from anling.roster import queries
from anling.territory.queries import names_of

KIND = "pay_status_differs"
_ROWS = {"rows": 3}


class SideForm(forms.Form):
    """Which of the two holds, and why."""

    side = forms.ChoiceField(
        label=_("Which pay status holds?"), widget=forms.RadioSelect,
        choices=[("ours", _("Ours: the roster file is wrong")), ("theirs", _("That of the roster file"))],
    )  # fmt: skip
    reason = forms.CharField(
        label=_("Reason"), help_text=_("On what it rests."), max_length=500, widget=forms.Textarea(attrs=_ROWS)
    )


class AgainForm(forms.Form):
    """Why it is undone."""

    reason = forms.CharField(
        label=_("Reason"), help_text=_("Why it is undone."), max_length=500, widget=forms.Textarea(attrs=_ROWS)
    )


def differing(request: OfficerRequest, found: Any) -> HttpResponse:
    """One difference: ours and theirs side by side, and the choice while it is open."""
    form, status = SideForm(request.POST or None), 200
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        try:
            settle_pay_status(
                finding=found.pk, side=said["side"], reason=said["reason"], by=request.actor, at=timezone.now()
            )  # fmt: skip
        except PaymentError as error:
            form.add_error(error.field if error.field in form.fields else None, str(error))
            status = 422
        else:
            messages.success(request, gettext("The difference is settled; it can be undone from this page."))
            return redirect("office:cleanup-finding", found.pk)
    values = {"finding": found, "form": form, "decided_here": decided_here([found.benefit_id])}
    return render(request, "officer/cleanup/pay_status.html", values, status=status)


@allow(Act.CORRECT)
@require_POST
def settle_many(request: OfficerRequest) -> HttpResponse:
    """The rows that were chosen on a page of the queue, with what they say, and one answer for all of them."""
    keys = {int(key) for key in request.POST.getlist("finding") if key.isascii() and key.isdigit() and len(key) < 18}
    found = queries.chosen_findings(KIND, keys)
    kept = {"kind": KIND, **{name: value for name in ("sort", "page") if (value := request.POST.get(name))}}
    back = f"{reverse('office:cleanup')}?{urlencode(kept)}"
    if not found:
        messages.error(request, gettext("Choose differences in the list first."))
        return redirect(back)
    form = SideForm(request.POST if "settle" in request.POST else None)
    refused: Mapping[int, str] = {}
    if form.is_bound and form.is_valid():
        try:
            made = settle_pay_statuses(
                findings=[each.pk for each in found], **form.cleaned_data, by=request.actor, at=timezone.now()
            )  # fmt: skip
        except PaymentError as error:
            form.add_error(error.field, str(error))
        else:
            _tell(request, made.done)
            if not made.refused:
                return redirect(back)
            refused, found = made.refused, [each for each in found if each.pk in made.refused]
    values = {"form": form, "kept": kept, "back": back, "refused": len(refused), **_chosen(found, refused)}
    return render(request, "officer/cleanup/settle_many.html", values, status=422 if form.errors or refused else 200)


def _tell(request: OfficerRequest, done: int) -> None:
    if done:
        said = ngettext(
            "%(count)s difference is settled; it can be undone from its page.",
            "%(count)s differences are settled; each can be undone from its page.", done,
        )  # fmt: skip
        messages.success(request, said % {"count": done})


def _chosen(found: list[Any], refused: Mapping[int, str]) -> dict[str, Any]:
    """The rows with what speaks against each, and how many say the same."""
    held = decided_here([each.benefit_id for each in found if each.benefit_id])
    totals = Counter((each.ours, each.theirs) for each in found)
    return {
        "rows": [
            {"it": each, "refusal": refused.get(each.pk, ""), "decided_here": each.benefit_id in held}
            for each in found
        ],
        "totals": [
            {"ours": ours, "theirs": theirs, "count": count} for (ours, theirs), count in totals.most_common()
        ],
        "regions": names_of(each.region for each in found),
    }  # fmt: skip


@allow(Act.CORRECT)
def reopen(request: OfficerRequest, key: int) -> HttpResponse:
    """Undo what was settled, with a reason."""
    found = queries.finding(key)
    if found is None or found.kind != KIND or not found.benefit_id:
        raise Http404
    form, status = AgainForm(request.POST or None), 200
    if request.method == "POST" and form.is_valid():
        try:
            reopen_pay_status(
                finding=key, reason=form.cleaned_data["reason"], by=request.actor, at=timezone.now()
            )  # fmt: skip
        except PaymentError as error:
            form.add_error(error.field if error.field in form.fields else None, str(error))
            status = 422
        else:
            messages.success(request, gettext("The difference is open again."))
            return redirect("office:cleanup-finding", key)
    return render(request, "officer/cleanup/reopen.html", {"finding": found, "form": form}, status=status)
