"""People and their benefits: the list, and everything about one person on one page."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, QueryDict
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from anling.access.pages import OfficerRequest, allow
from anling.access.permissions import may
from anling.access.roles import Act
from anling.audit.scope import current
from anling.roster import queries
from anling.roster.masking import masked
from anling.roster.wording import REGIONS
from anling.territory.queries import names_of
from anling.web.labels import PAY_STATUS, SCHEMES
from anling.web.officer import sought
from anling.web.officer.behind import people_behind
from anling.web.officer.comparison.decision_section import decisions
from anling.web.officer.people.case_section import cases
from anling.web.officer.people.notices_section import told
from anling.web.officer.people.pass_section import passes
from anling.web.officer.people.pay_section import pay_section
from anling.web.officer.spreadsheets import XLSX_ROWS, formats_for, taken_out
from anling.web.officer.tables import Columns, page_of

Section = Callable[[HttpRequest, Any], tuple[str, dict[str, Any]]]
SECTIONS: tuple[Section, ...] = (passes, pay_section, decisions, cases, told)
"""What other rooms show of a person: from the request and the person to a template and its variables."""

COLUMNS: Columns = {
    "name": ("pinyin",), "scheme": ("scheme",), "region": ("region",), "unit": ("unit",), "status": ("pay_status",),
    "amount": ("monthly_amount",),
}  # fmt: skip


class PeopleFilter(forms.Form):
    """What the list is asked for; it stays in the address, a number in the session (web.officer.sought)."""

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

    def wanted(self) -> queries.Wanted:
        """The filter as the query takes it; fields that are wrong do not filter, and say so beside themselves."""
        self.is_valid()
        return queries.Wanted(**{name: self.cleaned_data.get(name, "") for name in self.fields})


@people_behind(Act.LOOK)
def people(request: OfficerRequest) -> HttpResponse:
    """Benefits with their people, by pinyin or as sorted; searched by name, part of a name, or number."""
    form, found = _asked(request, request.GET)
    page = page_of(request, found, COLUMNS)
    regions = names_of(benefit.region for benefit in page.object_list)
    values = {"form": form, "page": page, "regions": regions, "formats": formats_for(request)}
    return render(request, "officer/people/list.html", values)


@allow(Act.LOOK, Act.LOOK_BEHIND)
@require_POST
def search(request: HttpRequest) -> HttpResponse:
    """Lead to the list of what was asked for; a number that was typed does not get into its address."""
    asked = {name: request.POST.get(name, "").strip() for name in PeopleFilter.base_fields}
    query = sought.addressed({**asked, "sort": request.POST.get("sort", "")}, request.session)
    return redirect(f"{reverse('office:people')}?{query}")


@allow(Act.EXPORT_LISTS)
@require_POST
def export(request: OfficerRequest) -> HttpResponseBase:
    """The list as CSV or XLSX, numbers masked; taking it out is recorded with its filter."""
    form, found = _asked(request, request.POST)
    kind = request.POST.get("format", "csv")
    if kind == "xlsx" and found.order_by().values("pk")[: XLSX_ROWS + 1].count() > XLSX_ROWS:
        messages.error(request, gettext("A workbook holds 1,048,575 rows; narrow the filter, or take CSV."))
        query = sought.addressed({name: form.data.get(name, "") for name in form.fields}, request.session)
        return redirect(f"{reverse('office:people')}?{query}")
    rows = (_cells(each) for each in found.iterator(5_000))
    return taken_out(request, "people", form.wanted().told(), _HEADINGS, rows)


_HEADINGS = ("benefit_no", "person_no", "name", "id_number", "scheme", "region", "unit", "pay_status")


def _cells(each: Any) -> tuple[str, ...]:
    return (
        masked("benefit_no", each.benefit_no), masked("person_no", each.person_no), each.person.name,
        masked("id_number", each.person.id_number), each.scheme, each.region, each.unit, each.pay_status,
    )  # fmt: skip


def _asked(request: HttpRequest, given: QueryDict) -> tuple[PeopleFilter, Any]:
    """The form and the benefits that it asks for; none for a number that this session does not have."""
    key = given.get(sought.PARAMETER, "")
    number = sought.number_of(key, request.session) if key else ""
    form = PeopleFilter({**given.dict(), "text": number} if key else given.dict())
    found = queries.people(form.wanted())
    if key and not number:
        form.add_error("text", gettext("The number was typed in another session and is not in the address; type it."))
        found = found.none()
    return form, found


@people_behind(Act.LOOK, one=True)
def person(request: OfficerRequest, key: int) -> HttpResponse:
    """One person: benefits, numbers and names over time, what has changed, and what other rooms know."""
    found = queries.person(key)
    if found is None:
        raise Http404
    page = queries.page(queries.changes(key), request.GET.get("page"))
    sections = [render_to_string(*section(request, found), request=request) for section in SECTIONS]
    values = {
        "person": found,
        "page": page,
        "sections": sections,
        "corrects": may(request.actor, Act.CORRECT, current().prefix),
        "regions": names_of(_regions(found, page.object_list)),
    }
    values["merges"] = list(queries.merges_of(key))
    return render(request, "officer/people/person.html", values)


def _regions(found: Any, changes: Iterable[Any]) -> Iterator[str]:
    """The codes of regions that the page of a person tells."""
    yield from (benefit.region for benefit in found.benefits.all())
    for change in changes:
        if change.field in REGIONS:
            yield from (change.before, change.after)
