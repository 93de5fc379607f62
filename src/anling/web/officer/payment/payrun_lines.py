"""The lines of a pay run: who would stop, who not and why, to be looked through, chosen from, and taken out."""

from __future__ import annotations

from django import forms
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from anling.access.pages import OfficerRequest, allow
from anling.access.roles import Act
from anling.payment import queries
from anling.payment.runs import running
from anling.rules.numbers import shown
from anling.web.officer.behind import people_behind
from anling.web.officer.payment.pay_sums import feeds_of
from anling.web.officer.payment.payruns import LOOKING, found_run, may_do, values_of
from anling.web.officer.spreadsheets import formats_for, sheet
from anling.web.officer.tables import Columns, page_of
from anling.web.officer.words.pay_words import ACTIONS, HOLDS, LINE_STATES, held_words


class LinesFilter(forms.Form):
    """Which lines are shown."""

    action = forms.ChoiceField(label=_("Action"), required=False, choices=[("", _("Any")), *ACTIONS.items()])
    state = forms.ChoiceField(label=_("State"), required=False, choices=[("", _("Any")), *LINE_STATES.items()])
    hold = forms.ChoiceField(label=_("Held because"), required=False, choices=[("", _("Any")), *HOLDS.items()])
    unit = forms.CharField(label=_("Unit"), required=False, max_length=40)
    region = forms.RegexField(r"^[0-9]{0,12}$", label=_("Region"), required=False)


COLUMNS: Columns = {
    "unit": ("unit",), "action": ("action",), "state": ("state",), "base": ("base_month",),
    "months": ("from_month", "to_month"), "amount": ("amount",),
}  # fmt: skip


@people_behind(*LOOKING)
def payrun_lines(request: OfficerRequest, key: int) -> HttpResponse:
    """The lines of a run, filtered, to be looked through and chosen from."""
    run, form = found_run(key), LinesFilter(request.GET)
    page, feeds = page_of(request, queries.lines(_wanted(key, form)), COLUMNS), feeds_of(run.counts)
    values = {
        **values_of(request, run), "form": form, "page": page, "formats": formats_for(request),
        **{name: may_do(request, run, act) for name, act in
           (("takes_out", "drop"), ("puts_back", "put"), ("approves", "approve"))},
        "rows": [{"line": line, "action": ACTIONS[line.action], "state": LINE_STATES[line.state],
                  "holds": held_words(line.holds, feeds)} for line in page.object_list],
    }  # fmt: skip
    return render(request, "officer/payruns/lines.html", values)


@allow(Act.EXPORT_LISTS)
@require_POST
def payrun_lines_export(request: OfficerRequest, key: int) -> HttpResponseBase:
    """The filtered lines as CSV or XLSX; recorded."""
    run, wanted = found_run(key), _wanted(key, LinesFilter(request.POST))
    feeds = feeds_of(run.counts)
    header = ("benefit_no", "name", "region", "unit", "action", "state", "held because", "from", "to", "yuan")
    made = sheet(request.POST.get("format", "csv"), header, (
        (shown(line.benefit.benefit_no), line.person.name, line.region, line.unit, str(ACTIONS[line.action]),
         str(LINE_STATES[line.state]), "; ".join(held_words(line.holds, feeds)), line.from_month, line.to_month,
         line.amount)
        for line in queries.lines(wanted).iterator(5_000)
    ))  # fmt: skip
    running.note_lines_taken(
        run=run, filters={**wanted.told(), "format": made.kind}, rows=made.rows, content_hash=made.sha256,
        by=request.actor, at=timezone.now(),
    )  # fmt: skip
    return made.sent_as(f"payrun-{key}-lines")


def _wanted(key: int, form: LinesFilter) -> queries.Wanted:
    form.is_valid()
    return queries.Wanted(key, **{name: form.cleaned_data.get(name, "") for name in form.fields})
