"""Differences between our books and those of others: the list, and settling one with a note."""

from __future__ import annotations

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from anling.access.pages import OfficerRequest
from anling.access.permissions import may
from anling.access.roles import Act
from anling.payment import queries
from anling.payment.errors import PaymentError
from anling.payment.runs.acknowledging import redoable, settle
from anling.territory.queries import names_of
from anling.web.officer.behind import people_behind
from anling.web.officer.payment.recoveries import LOOKING
from anling.web.officer.spreadsheets import formats_for
from anling.web.officer.tables import Columns, page_of
from anling.web.officer.words.pay_words import MISMATCHES


class SettleForm(forms.Form):
    """What became of it."""

    note = forms.CharField(label=_("What was found and done"), max_length=500, widget=forms.Textarea(attrs={"rows": 3}))
    done = forms.BooleanField(
        label=_("The pay system did carry it out"), required=False,
        help_text=_("Otherwise pay went on as before, and the next run tells it again."),
    )  # fmt: skip


COLUMNS: Columns = {
    "what": ("kind",), "region": ("region",), "ours": ("ours",), "theirs": ("theirs",), "run": ("run__month",),
}  # fmt: skip


@people_behind(*LOOKING)
def mismatches(request: OfficerRequest) -> HttpResponse:
    """What nobody has settled yet, the oldest first."""
    page = page_of(request, queries.mismatches(), COLUMNS, per_page=queries.PER_PAGE)
    rows = [{"it": each, "what": MISMATCHES[each.kind]} for each in page.object_list]
    values = {"page": page, "rows": rows, "status_differs": queries.status_differs(),
              "formats": formats_for(request), "regions": names_of(each.region for each in page)}  # fmt: skip
    return render(request, "officer/recoveries/mismatches.html", values)


@people_behind(*LOOKING, one=True)
def mismatch(request: OfficerRequest, key: int) -> HttpResponse:
    """One difference, and what became of it."""
    found = queries.mismatch(key)
    if found is None:
        raise Http404(gettext("There is no such open difference in your region."))
    form, status = SettleForm(request.POST or None), 200
    if not redoable(found):
        del form.fields["done"]
    if request.method == "POST" and form.is_valid():
        try:
            said = form.cleaned_data
            done = said.get("done", False)
            settle(mismatch=key, note=said["note"], done=done, by=request.actor, at=timezone.now())
        except PaymentError as error:
            form.add_error(error.field if error.field in form.fields else None, str(error))
            status = 422
        else:
            messages.success(request, gettext("The difference is settled."))
            return redirect("office:mismatches")
    values = {"it": found, "what": MISMATCHES[found.kind], "form": form}
    values["settles"] = may(request.actor, Act.SIGN_PAY, found.region)
    return render(request, "officer/recoveries/mismatch.html", values, status=status)
