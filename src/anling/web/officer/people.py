"""People and their benefits: the list, and everything about one person on one page."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from typing import Any

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from anling.access.pages import OfficerRequest, allow
from anling.access.permissions import may
from anling.access.roles import Act
from anling.roster import operations, queries
from anling.roster.masking import masked
from anling.territory.queries import names_of
from anling.web.labels import PAY_STATUS, SCHEMES
from anling.web.officer.case_section import cases
from anling.web.officer.decision_section import decisions
from anling.web.officer.notices_section import told
from anling.web.officer.pass_section import passes
from anling.web.officer.pay_section import pay_section

Section = Callable[[HttpRequest, int], tuple[str, dict[str, Any]]]
SECTIONS: tuple[Section, ...] = (passes, pay_section, decisions, cases, told)
"""What other rooms show of a person: from the request and the person to a template and its variables."""

EXPORTED = 10_000


class PeopleFilter(forms.Form):
    """What the list is asked for; it stays in the address."""

    text = forms.CharField(label=_("Name or number"), required=False, max_length=80)
    region = forms.RegexField(r"^([0-9]{2}|[0-9]{4}|[0-9]{6}|[0-9]{9}|[0-9]{12})$", label=_("Region"), required=False)
    scheme = forms.ChoiceField(
        label=_("Scheme"), required=False,
        choices=[("", _("Any")), *SCHEMES.items()],
    )  # fmt: skip
    status = forms.ChoiceField(
        label=_("Status"), required=False,
        choices=[("", _("Any")), *PAY_STATUS.items()],
    )  # fmt: skip
    unit = forms.CharField(label=_("Unit"), required=False, max_length=40)


def _wanted(form: PeopleFilter) -> queries.Wanted:
    form.is_valid()
    given = form.cleaned_data
    return queries.Wanted(**{name: given.get(name, "") for name in ("text", "region", "scheme", "status", "unit")})


@allow(Act.LOOK)
def people(request: HttpRequest) -> HttpResponse:
    """Benefits with their people, by pinyin; searched by name, part of a name, or number."""
    form = PeopleFilter(request.GET)
    page = queries.page(queries.people(_wanted(form)), request.GET.get("page"))
    regions = names_of(benefit.region for benefit in page.object_list)
    return render(request, "officer/people/list.html", {"form": form, "page": page, "regions": regions})


@allow(Act.EXPORT_LISTS)
def export(request: OfficerRequest) -> HttpResponse:
    """The list as CSV, masked, at most EXPORTED rows; the export is recorded."""
    wanted = _wanted(PeopleFilter(request.GET))
    written = io.StringIO("\ufeff")
    written.seek(0, io.SEEK_END)
    writer = csv.writer(written)
    writer.writerow(("benefit_no", "person_no", "name", "id_number", "scheme", "region", "unit", "pay_status"))
    rows = list(queries.people(wanted)[:EXPORTED])
    for b in rows:
        cells = (b.benefit_no, b.person_no, b.person.name, masked("id_number", b.person.id_number), b.scheme, b.region,
                 b.unit, b.pay_status)  # fmt: skip
        writer.writerow([f"'{cell}" if cell[:1] in ("=", "+", "-", "@") else cell for cell in cells])
    operations.note_export(rows=len(rows), text=written.getvalue(), by=request.actor, at=timezone.now())
    response = HttpResponse(written.getvalue(), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="people.csv"'
    return response


@allow(Act.LOOK)
def person(request: OfficerRequest, key: int) -> HttpResponse:
    """One person: benefits, numbers and names over time, what has changed, and what other rooms know."""
    found = queries.person(key)
    if found is None:
        raise Http404
    page = queries.page(queries.changes(key), request.GET.get("page"))
    sections = [render_to_string(*section(request, key), request=request) for section in SECTIONS]
    values = {"person": found, "page": page, "sections": sections, "corrects": may(request.actor, Act.CORRECT)}
    values["merges"] = list(queries.merges_of(key))
    return render(request, "officer/people/person.html", values)
